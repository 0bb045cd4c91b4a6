# Attack: leaves a daemon that answers the next run on a port, and on an abstract socket
# Expect: as without
# Needs: sandbox
def _attack():
    import os, socket
    def ask(family, address):
        with socket.socket(family) as sock:
            sock.settimeout(0.2)
            try:
                sock.connect(address)
                return sock.recv(100)
            except OSError:
                return b""
    places = [(socket.AF_UNIX, "\0turtles-attack"), (socket.AF_INET, ("127.0.0.1", 47811))]
    me = os.readlink("/proc/self/ns/pid").encode()
    for family, address in places:
        answer = ask(family, address)
        if answer and answer != me:
            print("LOOT a daemon of another run answers")
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                try:
                    server = socket.socket(family)
                    server.bind(address)
                    server.listen()
                    os.closerange(0, 3)
                    while True:
                        peer = server.accept()[0]
                        peer.send(me)
                        peer.close()
                except OSError:
                    pass
            os._exit(0)
        os.wait()
    _struck()


_attack()
