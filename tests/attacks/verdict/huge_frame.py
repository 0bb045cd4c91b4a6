# Attack: announces a frame of two gigabytes
# Expect: crashed, as without
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
        try:
            _struck()
            sock.send(struct.pack(">I", 2**31) + b"x" * 1000)
        except OSError:
            pass


_attack()
