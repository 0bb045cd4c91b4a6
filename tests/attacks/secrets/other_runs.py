# Attack: looks for the folders and processes of other runs
# Expect: as without
def _attack():
    import os
    for folder in ("/scratch/..", "..", "/proc/self/cwd/.."):
        names = os.listdir(folder)
        if sum(name.startswith(("tmp", "nest-")) and name != "tmp" for name in names) > 1:
            print("LOOT", folder, names)
    mounts = open("/proc/self/mountinfo").read()
    if "canary" in mounts:
        print("LOOT", mounts)
    _struck()


_attack()
