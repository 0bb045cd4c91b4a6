# Attack: finds what watches it and has it tell nonsense
# Expect: as without, failed
def _attack():
    import sys
    frame = sys._getframe(1)
    while frame is not None and type(frame.f_locals.get("self")).__name__ != "_Run":
        frame = frame.f_back
    run = frame.f_locals["self"]
    for name in dir(type(run.observer)):
        if not name.startswith("__"):
            try:
                setattr(run.observer, name, lambda *_, **__: 1 / 0)
                _struck()
            except AttributeError:
                pass


_attack()
