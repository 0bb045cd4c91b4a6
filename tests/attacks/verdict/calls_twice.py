# Attack: uses the number of a call twice, and says twice that an answer came back
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
    texts = []
    for name in ("fetch", "task_a", "ask", "check", "tick", "unload", "scan", "produce"):
        for number in (0, 0, 1, 1, -1):
            call = {"k": "call", "name": name, "args": [], "kwargs": {}, "id": f"1.{number}", "number": number, "at": 0.1, "out": 0}
            texts += [json.dumps(call)] * 2
            texts += [json.dumps({"k": "ended", "number": number, "replied": True, "at": 0.2})] * 2
            texts += [json.dumps({"k": "gone", "id": f"1.{number}", "out": 0})] * 2
    for sock in channels():
        for text in texts:
            try:
                sock.send(frame(text))
                _struck()
            except OSError:
                pass


_attack()
