# Attack: finds the virtual clock in the module that makes it and turns it back
# Expect: failed, as without, crashed
def _attack():
    import sys
    clock = getattr(sys.modules.get("grader.runner.virtual"), "_installed", None)
    if clock is not None:
        clock.hold = lambda seconds: None
        clock.now = lambda: 0.0
        _struck()


_attack()
