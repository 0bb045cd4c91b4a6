# Attack: sends NaN, Infinity and 1e999 as times, values and arguments
# Expect: crashed, failed, as without
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
    texts = [text % number for number in ("1e999", "-1e999", "NaN", "Infinity") for text in (
        '{"k": "ended", "number": 0, "replied": true, "at": %s}', '{"k": "ready", "run_delay_s": %s}',
        '{"k": "call", "name": "x", "args": [%s], "kwargs": {}, "id": "1.1", "out": 0}', '{"k": "note", "label": "x", "value": %s, "out": 0}')]
    for sock in channels():
        for text in texts:
            try:
                _struck()
                sock.send(frame(text))
            except OSError:
                pass


_attack()
