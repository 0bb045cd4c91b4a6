# Attack: holds System V memory that it has detached again (at most 600 MB)
# Expect: as without
# Refused: yes
def _attack():
    import ctypes, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    libc.shmat.restype = ctypes.c_void_p
    for _ in range(10):
        segment = libc.shmget(0, 60 << 20, 0o1600)
        if segment < 0:
            _struck("refused")
            break
        place = libc.shmat(segment, None, 0)
        ctypes.memset(place, 1, 60 << 20)
        libc.shmdt(ctypes.c_void_p(place))
        print("LOOT memory that is not counted")
        _struck()


_attack()
