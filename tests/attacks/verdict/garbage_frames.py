# Attack: writes noise to every descriptor
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
    import random
    for sock in channels():
        try:
            _struck()
            sock.send(random.Random(1).randbytes(5000))
        except OSError:
            pass


_attack()
