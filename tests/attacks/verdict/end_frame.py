# Attack: says on every descriptor that the program has returned, before it began
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
        try:
            sock.send(frame({"k": "end", "how": "returned", "value": None, "type": "NoneType", "out": 0}))
            _struck()
        except OSError:
            pass


_attack()
