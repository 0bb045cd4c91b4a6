# Attack: is stopped and let go on by a child, again and again, so that its failures look like noise
# Expect: as without, failed
# Refused: yes
def _attack():
    import os, signal, time
    me = os.getpid()
    if os.fork() == 0:
        for _ in range(40):
            time.sleep(0.06)
            try:
                os.kill(me, signal.SIGSTOP)
                _struck()
            except PermissionError:
                _struck("refused")
            time.sleep(0.15)
            os.kill(me, signal.SIGCONT)
        os._exit(0)


_attack()
