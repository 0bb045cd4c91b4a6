# Attack: uses up the machine's contexts for asynchronous input and output
# Expect: as without
# Refused: yes
def _attack():
    import ctypes, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    for _ in range(1000):
        context = ctypes.c_void_p()
        if libc.syscall(206 if intel else 0, 64, ctypes.byref(context)) != 0:
            _struck("refused")
            break
        print("LOOT a context")
        _struck()


_attack()
