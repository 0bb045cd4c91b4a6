# Attack: uses up the user's instances of inotify, fanotify and POSIX message queues
# Expect: as without
# Refused: yes
def _attack():
    import ctypes, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    for number, arguments in ((294 if intel else 26, (0,)), (300 if intel else 262, (0, 0)), (240 if intel else 180, (b"turtles-attack", 0o102, 0o600, 0))):
        held = [libc.syscall(number, *arguments) for _ in range(130)]
        if max(held) >= 0:
            print("LOOT", number)
        _struck("refused" if max(held) < 0 else "struck")


_attack()
