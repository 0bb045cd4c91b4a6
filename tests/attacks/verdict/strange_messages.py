# Attack: sends messages of the right kinds with contents of the wrong ones
# Expect: as without, failed, crashed
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
    odd = [{}, {"k": None}, {"k": []}, {"k": "end"}, {"k": "end", "how": 7}, {"k": "call", "name": 7, "args": 0},
           {"k": "call", "name": "x", "args": {}, "kwargs": []}, {"k": "gone", "id": {}}, {"k": "note", "label": None},
           {"k": "exit", "status": 0}, {"k": "stopped", "at": 0.0}, {"k": "continued", "at": 1e308}]
    for sock in channels():
        for message in odd:
            try:
                _struck()
                sock.send(frame(message))
            except OSError:
                pass


_attack()
