# Attack: the same through a descriptor of the process
# Expect: as without, failed
# Refused: yes
def _attack():
    import os, signal, time
    me = os.getpid()
    door = os.pidfd_open(me)
    if os.fork() == 0:
        for _ in range(40):
            time.sleep(0.06)
            try:
                signal.pidfd_send_signal(door, signal.SIGSTOP)
                _struck()
            except PermissionError:
                _struck("refused")
            time.sleep(0.15)
            os.kill(me, signal.SIGCONT)
        os._exit(0)


_attack()
