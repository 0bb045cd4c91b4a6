# Attack: leaves a key in the kernel's keyrings for the next run
# Expect: as without
# Needs: sandbox
# Refused: yes
def _attack():
    import ctypes, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    add_key, request_key, keyctl = {"x86_64": (248, 249, 250)}.get(platform.machine(), (217, 218, 219))
    mine = (str(os.getpid()) + os.readlink("/proc/self/ns/pid")).encode()
    for ring in (-4, -5, -3):
        found = libc.syscall(keyctl, 10, ring, b"user", b"turtles-attack", 0)
        if found > 0:
            data = ctypes.create_string_buffer(200)
            libc.syscall(keyctl, 11, found, data, 200)
            if data.value != mine:
                print("LOOT a key of another run", data.value)
        _struck("struck" if libc.syscall(add_key, b"user", b"turtles-attack", mine, len(mine), ring) > 0 else "refused")


_attack()
