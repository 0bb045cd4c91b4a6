# Attack: has every clock of the program run at half speed
# Expect: as without, failed, crashed
def _attack():
    import time
    for name in ("time", "monotonic", "perf_counter"):
        real = getattr(time, name)
        start = real()
        setattr(time, name, lambda real=real, start=start: _struck() or start + (real() - start) / 2)


_attack()
