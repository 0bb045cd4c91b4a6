# Attack: queues blocked signals to itself up to the limit, which is the user's
# Expect: as without
def _attack():
    import ctypes, os, platform, signal
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    signal.pthread_sigmask(signal.SIG_BLOCK, [40])
    info = (ctypes.c_int * 32)(40, 0, -1)
    sent = 0
    while sent < 200_000 and libc.syscall(129 if intel else 138, os.getpid(), 40, info) == 0:
        sent += 1
    if sent:
        _struck()


_attack()
