# Attack: has every clock of the program stand still
# Expect: failed, crashed, broken
def _attack():
    import time
    for name in ("time", "perf_counter", "process_time"):
        now = getattr(time, name)()
        setattr(time, name, lambda now=now: _struck() or now)


_attack()
