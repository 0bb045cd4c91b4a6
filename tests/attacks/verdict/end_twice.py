# Attack: says several times, and differently, that it has ended
# Expect: crashed, failed
def _attack():
    import json, os, socket, struct

    def frame(text):
        return struct.pack(">I", len(text)) + text.encode()

    def channels():
        for fd in range(3, 64):
            try:
                yield socket.socket(fileno=os.dup(fd))
            except OSError:
                pass
    texts = [json.dumps({"k": "end", "how": how, "value": None, "type": "NoneType", "status": 0, "out": 0})
             for how in ("returned", "exit", "raised", "broken", "returned")]
    for sock in channels():
        for text in texts:
            try:
                sock.send(frame(text))
                _struck()
            except OSError:
                pass


_attack()
