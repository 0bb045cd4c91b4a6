# Attack: climbs out: chroot, /proc/1/root, handles, mounts, namespaces
# Expect: as without
def _attack():
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    for name, attempt in {
        "chroot": lambda: os.chroot("/scratch"),
        "root": lambda: os.listdir("/proc/1/root"),
        "mount": lambda: libc.mount(b"none", b"/scratch", b"tmpfs", 0, None) == 0 or 1 / 0,
        "umount": lambda: libc.umount2(b"/tmp", 2) == 0 or 1 / 0,
        "unshare": lambda: libc.unshare(0x10000000) == 0 or 1 / 0,
        "clone": lambda: libc.unshare(0x00020000) == 0 or 1 / 0,
        "setns": lambda: libc.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0) == 0 or 1 / 0,
        "setuid": lambda: os.setuid(0),
        "pivot": lambda: libc.syscall(155, b"/scratch", b"/scratch") == 0 or 1 / 0,
        "mknod": lambda: os.mknod("/scratch/disk", 0o60600, os.makedev(254, 0)),
    }.items():
        try:
            attempt()
            print("LOOT", name)
        except (OSError, ZeroDivisionError):
            pass
    _struck()


_attack()
