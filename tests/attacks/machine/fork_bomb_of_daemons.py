# Attack: forks daemons of daemons, each in a session of its own (at most 300)
# Expect: crashed, failed, broken
# Heavy: yes
# Message: processes
def _attack():
    import os, signal, time
    for number in range(300):
        if number == 20:
            _struck()
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            if os.fork():
                os._exit(0)
            time.sleep(30)
            os._exit(0)
    time.sleep(30)


_attack()
