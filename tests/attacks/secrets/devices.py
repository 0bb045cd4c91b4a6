# Attack: opens devices and the kernel's own files
# Expect: as without
def _attack():
    import os
    for name in ("mem", "kmem", "kmsg", "port", "sda", "vda", "nvme0n1", "loop0", "loop-control", "fuse", "kvm", "input/event0", "net/tun"):
        try:
            os.close(os.open(f"/dev/{name}", os.O_RDWR))
            print("LOOT /dev", name)
        except OSError:
            pass
    for path in ("/proc/kcore", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/overcommit_memory", "/sys/kernel/uevent_helper"):
        try:
            os.close(os.open(path, os.O_WRONLY))
            print("LOOT", path)
        except OSError:
            pass
    _struck()


_attack()
