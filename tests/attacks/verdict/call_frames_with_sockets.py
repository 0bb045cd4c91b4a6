# Attack: claims overlapping calls with sockets of its own, and that they are gone
# Expect: failed, crashed, broken
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
    keep = globals().setdefault("_keep", [])
    for sock in channels():
        for number, name in enumerate(("task_a", "task_b", "ask", "check", "tick", "unload", "scan") * 3):
            ours, theirs = socket.socketpair()
            keep.append(ours)
            call = {"k": "call", "name": name, "args": [], "kwargs": {}, "id": f"x{number}", "out": 0}
            try:
                socket.send_fds(sock, [frame(call)], [theirs.fileno()])
                _struck()
                sock.send(frame({"k": "gone", "id": f"x{number - 1}", "out": 0}))
            except OSError:
                pass
            theirs.close()


_attack()
