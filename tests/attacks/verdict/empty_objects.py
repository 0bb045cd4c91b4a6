# Attack: sends lists of empty objects in notes, calls, explanations and as what it returned: small to send, large to keep
# Expect: crashed
# Message: the grader's own channel
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
    many = ", ".join(["{}"] * 200_000)
    texts = ['{"kind": "steps", "opened": [%s], "ran": 7}' % many, '{"k": "note", "label": "x", "value": [%s], "out": 0}' % many,
             '{"k": "call", "name": "x", "args": [%s], "kwargs": {}, "id": "1.1"}' % many,
             '{"k": "end", "how": "returned", "value": [%s], "type": "list", "out": 0}' % many]
    for sock in channels():
        for text in texts:
            try:
                sock.settimeout(1)
                _struck()
                sock.sendall(frame(text))
            except OSError:
                pass


_attack()
