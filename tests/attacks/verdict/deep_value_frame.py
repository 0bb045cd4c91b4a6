# Attack: says that it returned, noted and called with a value that is nested 900 deep
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
    deep = "[" * 900 + "]" * 900
    texts = ['{"k": "note", "label": "x", "value": %s, "out": 0}' % deep, '{"k": "call", "name": "x", "args": %s, "kwargs": {}, "id": "1.1"}' % deep,
             '{"k": "end", "how": "returned", "value": %s, "type": "list", "out": 0}' % deep]
    for sock in channels():
        for text in texts:
            try:
                _struck()
                sock.send(frame(text))
            except OSError:
                pass


_attack()
