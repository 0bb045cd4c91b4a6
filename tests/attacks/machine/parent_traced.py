# Attack: traces its parent and itself
# Expect: as without
def _attack():
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    if libc.ptrace(16, os.getppid(), 0, 0) == 0 or libc.ptrace(16, 1, 0, 0) == 0:
        print("LOOT the parent is traced")
    _struck()


_attack()
