# Attack: reads from every descriptor that it was born with
# Expect: as without
def _attack():
    import os, stat
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            mode, target = os.fstat(fd).st_mode, os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            continue
        if stat.S_ISDIR(mode) and not target.startswith("/proc"):
            print("LOOT a folder", target)
        if stat.S_ISREG(mode):
            print("LOOT a file", target)
    _struck()


_attack()
