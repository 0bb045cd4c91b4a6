# Attack: 40 children compute for 0.2 s, so that its failures look like noise
# Expect: as without, failed, crashed
def _attack():
    import os, time
    for _ in range(40):
        if os.fork() == 0:
            until = time.monotonic() + 0.2
            while time.monotonic() < until:
                pass
            os._exit(0)
    _struck()


_attack()
