# Attack: leaves files for the next run wherever it can, and looks for those of the last
# Expect: as without
# Needs: sandbox
def _attack():
    import os
    first = not globals().get("_again")
    globals()["_again"] = True
    for folder in (".", "..", "/scratch", "/scratch/..", "/tmp", "/dev/shm", "/var/tmp", "/run", "/dev", "/turtles", "/dev/mqueue"):
        path = os.path.join(folder, "turtles-attack-memory")
        try:
            if os.path.exists(path) and open(path).read() != str(os.getpid()) + os.readlink("/proc/self/ns/pid"):
                print("LOOT", path)
            with open(path, "w") as file:
                file.write(str(os.getpid()) + os.readlink("/proc/self/ns/pid"))
        except OSError:
            pass
    _struck()


_attack()
