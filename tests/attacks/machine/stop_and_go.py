# Attack: is stopped and let go on by a child, again and again, so that the machine seems noisy
# Expect: failed, crashed, as without, inconclusive
def _attack():
    import os, signal, time
    me = os.getpid()
    if os.fork() == 0:
        for _ in range(40):
            time.sleep(0.06)
            os.kill(me, signal.SIGSTOP)
            time.sleep(0.15)
            os.kill(me, signal.SIGCONT)
        os._exit(0)


_attack()
