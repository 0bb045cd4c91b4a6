# Attack: installs trace and profile functions that change what is told of the end
# Expect: failed, as without, crashed
def _attack():
    import sys, threading
    def trace(frame, event, argument):
        if frame.f_code.co_name == "_end" and "end" in frame.f_locals:
            _struck()
            object.__setattr__(frame.f_locals["end"], "value", "passed")
            object.__setattr__(frame.f_locals["end"], "error", None)
        return None
    sys.settrace(trace)
    threading.settrace(trace)


_attack()
