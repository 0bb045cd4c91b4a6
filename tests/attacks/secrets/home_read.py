# Attack: reads home folders, keys and accounts
# Expect: as without
def _attack():
    import os
    for path in (os.path.expanduser("~"), "/root", "/home", "/etc/passwd", "/etc/shadow", "/etc/ssh", "/var/run/docker.sock", "/run", "/var/lib"):
        try:
            found = os.listdir(path) if os.path.isdir(path) else [open(path).readline()]
        except OSError:
            continue
        found = [each for each in found if not os.path.realpath("/proc/self/exe").startswith(os.path.join(path, each))]
        if found and path != "/scratch":
            print("LOOT", path, found[:5])
    _struck()


_attack()
