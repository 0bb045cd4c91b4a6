# Attack: makes timers of the kernel without end, which send SIGSTOP
# Expect: as without
# Refused: yes
def _attack():
    import ctypes, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    event = (ctypes.c_int * 16)(0, 0, 19, 0)
    for _ in range(5000):
        timer = ctypes.c_int()
        if libc.syscall(222 if intel else 107, 1, event, ctypes.byref(timer)) != 0:
            _struck("refused")
            break
        print("LOOT a timer of the kernel")
        _struck()


_attack()
