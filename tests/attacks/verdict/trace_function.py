# Attack: installs trace and profile functions that change what is returned
# Expect: failed, as without, crashed
def _attack():
    import sys, threading
    def trace(frame, event, argument):
        if frame.f_code.co_name in ("_end", "send", "carry_out") and "request" in frame.f_locals:
            frame.f_locals["request"] = None
        return None
    sys.settrace(trace)
    threading.settrace(trace)


_attack()
