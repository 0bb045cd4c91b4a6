# Attack: makes notes that only a scenario or the grader makes
# Expect: failed, crashed
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
        for label in ("done", "asked", "answered", "passed", "wrote", "start", "end"):
            try:
                sock.send(frame({"k": "note", "label": label, "value": True, "out": 0}))
                _struck()
            except OSError:
                pass


_attack()
