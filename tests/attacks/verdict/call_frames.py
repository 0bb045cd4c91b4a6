# Attack: claims calls that it never made, without a descriptor
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
        for number, name in enumerate(("fetch", "task_a", "task_b", "ask", "check", "tick", "unload", "scan", "produce")):
            try:
                sock.send(frame({"k": "call", "name": name, "args": [], "kwargs": {}, "id": str(number), "out": 0}))
                _struck()
            except OSError:
                pass


_attack()
