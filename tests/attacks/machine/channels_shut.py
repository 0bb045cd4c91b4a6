# Attack: shuts down every socket in both directions
# Expect: crashed, failed, broken
def _attack():
    import os, socket
    for fd in range(3, 64):
        try:
            socket.socket(fileno=os.dup(fd)).shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
    _struck()


_attack()
