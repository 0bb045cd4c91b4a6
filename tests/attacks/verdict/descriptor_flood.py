# Attack: sends the grader more descriptors than it may have
# Expect: crashed, failed
# Message: the grader's own channel
def _attack():
    import json, os, socket, struct

    def frame(message):
        data = json.dumps(message).encode()
        return struct.pack(">I", len(data)) + data

    def channels():
        for fd in range(3, 64):
            try:
                yield socket.socket(fileno=os.dup(fd))
            except OSError:
                pass
    for sock in channels():
        for _ in range(50):
            ours, theirs = socket.socketpair()
            try:
                sock.setblocking(False)
                _struck()
                socket.send_fds(sock, [frame({"k": "x"})], [theirs.fileno()] * 16)
            except OSError:
                pass
            ours.close()
            theirs.close()


_attack()
