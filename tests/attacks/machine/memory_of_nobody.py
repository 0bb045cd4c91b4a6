# Attack: holds memory in files without a place (memfd_create, memfd_secret), which no process is charged for (at most 600 MB)
# Expect: as without
# Refused: yes
def _attack():
    import ctypes, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    for number, name in ((319 if intel else 279, b"x"), (447, 0)):
        fd = libc.syscall(number, name, 0)
        if fd < 0:
            _struck("refused")
            continue
        for _ in range(75):
            os.write(fd, bytes(8 << 20))
        print("LOOT memory that is not counted")
        _struck()


_attack()
