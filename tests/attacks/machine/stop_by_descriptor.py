# Attack: the same by a descriptor that sends SIGSTOP to its owner when there is something to read
# Expect: as without, failed
# Refused: yes
def _attack():
    import fcntl, os, signal, socket, time
    me = os.getpid()
    ours, theirs = globals().setdefault("_keep", socket.socketpair())
    try:
        fcntl.fcntl(ours, 10, signal.SIGSTOP)
        fcntl.fcntl(ours, fcntl.F_SETOWN, me)
        fcntl.fcntl(ours, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    except PermissionError:
        return _struck("refused")
    if os.fork() == 0:
        for _ in range(40):
            time.sleep(0.06)
            theirs.send(b"x")
            _struck()
            time.sleep(0.15)
            os.kill(me, signal.SIGCONT)
        os._exit(0)


_attack()
