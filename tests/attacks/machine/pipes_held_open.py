# Attack: leaves a child that holds all channels open
# Expect: as without, failed, crashed
def _attack():
    import os, time
    if os.fork() == 0:
        os.setsid()
        time.sleep(3600)
        os._exit(0)
    _struck()


_attack()
