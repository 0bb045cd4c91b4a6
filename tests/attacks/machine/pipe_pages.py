# Attack: makes its pipes as large as it may, of which a user has only so many pages
# Expect: as without
def _attack():
    import fcntl, os
    keep = globals().setdefault("_keep", [])
    for _ in range(200):
        pipe = os.pipe()
        keep.append(pipe)
        try:
            fcntl.fcntl(pipe[1], 1031, 1 << 20)
            os.set_blocking(pipe[1], False)
            os.write(pipe[1], bytes(1 << 20))
            _struck()
        except OSError:
            pass


_attack()
