# Attack: begins again and again: ready, loaded, listen
# Expect: as without
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
        for kind in ("ready", "loaded", "listen", "ready"):
            try:
                sock.send(frame({"k": kind, "out": 0}))
                _struck()
            except OSError:
                pass


_attack()
