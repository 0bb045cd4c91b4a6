# Attack: has something run when the program ends
# Expect: as without
def _attack():
    import atexit, os, sys, threading
    def last():
        print("LOOT an exit hook ran")
        os._exit(0)
    atexit.register(last)
    threading._register_atexit(last)
    sys.exitfunc = last
    import weakref
    class Last: pass
    sys.modules["_last"] = last_one = Last()
    weakref.finalize(last_one, last)
    _struck()


_attack()
