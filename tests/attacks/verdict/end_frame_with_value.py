# Attack: says that it returned True, and a whole list of words, after printing the docstring's lines
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
    print("passed")
    for value in (True, ["passed"], {"verdict": "passed", "score": 99}):
        for sock in channels():
            try:
                sock.send(frame({"k": "end", "how": "returned", "value": value, "type": "bool", "out": 10**9}))
                _struck()
            except OSError:
                pass


_attack()
