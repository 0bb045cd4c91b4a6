# Attack: tells the grader of a helper whose name leads out of its folder
# Expect: as without
# Only: ^GRACE
def _attack():
    import socket, threading, time

    def tell():
        for _ in range(100):
            try:
                with socket.socket(socket.AF_UNIX) as sock:
                    sock.settimeout(1)
                    sock.connect("reports")
                    sock.send(b"helper /tmp/turtles-attack-told\n")
                    sock.recv(1)
                    return
            except OSError:
                time.sleep(0.01)

    threading.Thread(target=tell, daemon=True).start()
    _struck()


_attack()
