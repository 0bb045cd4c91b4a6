# Attack: tells the grader what only the warden tells: ended with status 0, was stopped for an hour
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
    for sock in channels():
        for message in ({"k": "stopped", "at": 0.0}, {"k": "continued", "at": 3600.0}, {"k": "exit", "status": 0}):
            try:
                sock.send(frame(message))
                _struck()
            except OSError:
                pass


_attack()
