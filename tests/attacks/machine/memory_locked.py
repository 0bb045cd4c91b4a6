# Attack: locks its memory, so that the machine cannot put it aside
# Expect: as without
# Refused: yes
def _attack():
    import ctypes, mmap, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    place = mmap.mmap(-1, 64 << 20)
    address = ctypes.addressof(ctypes.c_char.from_buffer(place))
    got = [libc.syscall(149 if intel else 228, ctypes.c_void_p(address), 64 << 20), libc.syscall(151 if intel else 230, 3)]
    if 0 in got:
        print("LOOT locked memory")
    _struck("struck" if 0 in got else "refused")


_attack()
