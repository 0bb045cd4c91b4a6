# Attack: lies about how much it had printed: negative, huge, no number
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
        for out in (-(10**9), 10**18, 1.5, None, "x", [1], True):
            try:
                sock.send(frame({"k": "note", "label": "x", "value": 1, "out": out}))
                _struck()
            except OSError:
                pass


_attack()
