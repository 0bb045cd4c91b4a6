# Attack: opens sockets until there are no more
# Expect: broken, failed, crashed
# Message: open files
def _attack():
    import socket
    held = []
    while True:
        held.append(socket.socketpair())
        if len(held) == 400:
            _struck()


_attack()
