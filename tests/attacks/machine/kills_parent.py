# Attack: kills its parent, process 1 and its group
# Expect: crashed, as without, failed
# Strikes: yes
def _attack():
    import os, signal
    for pid in (os.getppid(), 1):
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGSEGV):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    _struck()
    os.killpg(0, signal.SIGKILL)


_attack()
