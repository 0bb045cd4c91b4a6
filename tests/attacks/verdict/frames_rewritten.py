# Attack: walks up the stack and rewrites what the runner holds
# Expect: failed, crashed, broken
def _attack():
    import ctypes, sys
    frame = sys._getframe(1)
    while frame is not None:
        for name in ("request", "world", "target", "status", "value"):
            if name in frame.f_locals:
                held = frame.f_locals[name]
                if isinstance(held, dict):
                    held.update(target="print", coroutine=False)
                    _struck()
                frame.f_locals[name] = None if name != "world" else held
        try:
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
        except Exception:
            pass
        frame = frame.f_back


_attack()
