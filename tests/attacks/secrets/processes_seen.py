# Attack: lists processes, their folders, maps and descriptors
# Expect: as without
def _attack():
    import os
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cwd", "root", "exe"):
            try:
                target = os.readlink(f"/proc/{pid}/{name}")
            except OSError:
                continue
            if pid == "1" or "canary" in target or "hidden" in target:
                print("LOOT", pid, name, target)
    if len([pid for pid in os.listdir("/proc") if pid.isdigit()]) > 4:
        print("LOOT foreign processes are in sight")
    _struck()


_attack()
