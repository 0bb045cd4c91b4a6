# Attack: leaves a daemon in a session of its own that would live for an hour
# Expect: as without, failed, crashed
def _attack():
    import os, signal, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.closerange(0, 256)
            time.sleep(3600)
        os._exit(0)
    _struck()


_attack()
