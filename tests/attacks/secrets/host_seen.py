# Attack: asks for what tells one machine from another: boot id, command line of the kernel, disks
# Expect: as without
def _attack():
    import os
    for path in ("sys/kernel/random/boot_id", "cmdline", "diskstats", "loadavg", "mdstat", "key-users", "locks", "swaps"):
        try:
            said = open(f"/proc/{path}").read()
        except OSError:
            continue
        if said and path not in ("mdstat", "locks", "swaps"):
            print("LOOT", path, said[:60])
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id", "/sys/class/dmi/id/product_uuid", "/etc/hostname"):
        if os.path.exists(path):
            print("LOOT", path)
    if os.uname().nodename != "turtles":
        print("LOOT", os.uname().nodename)
    _struck()


_attack()
