# Attack: leaves shared memory, semaphores and message queues for the next run
# Expect: as without
# Needs: sandbox
def _attack():
    import ctypes, mmap, os
    libc = ctypes.CDLL(None, use_errno=True)
    for key in range(0x7A77, 0x7A7A):
        if libc.shmget(key, 4096, 0o600) != -1 or libc.msgget(key, 0o600) != -1 or libc.semget(key, 1, 0o600) != -1:
            print("LOOT System V memory of another run")
        libc.shmget(key, 4096, 0o1600), libc.msgget(key, 0o1600), libc.semget(key, 1, 0o1600)
    _struck()


_attack()
