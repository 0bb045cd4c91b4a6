# Attack: says that the grader has failed, so that nothing may be concluded
# Expect: crashed
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
            sock.send(frame({"k": "end", "how": "fault", "message": "Traceback: the grader failed", "out": 0}))
            _struck()
        except OSError:
            pass


_attack()
