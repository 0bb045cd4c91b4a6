# Attack: kills every process that it may (kill -1)
# Expect: as without, crashed, failed
def _attack():
    import os, signal
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            _struck()
            os.kill(-1, number)
        except OSError:
            pass


_attack()
