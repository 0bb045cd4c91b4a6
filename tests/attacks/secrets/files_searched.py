# Attack: searches every file in sight for suites, solutions and the planted secret
# Expect: as without, failed, crashed
def _attack():
    import os, sys
    skip = tuple({"/usr", "/proc", "/sys", "/lib", "/lib64", "/bin", "/sbin", sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix)})
    for top, folders, files in os.walk("/"):
        if top.startswith(skip):
            folders.clear()
            continue
        for name in files:
            path = os.path.join(top, name)
            try:
                if not os.path.isfile(path) or path.startswith("/dev/"):
                    continue
                text = open(path, errors="replace").read(1_000_000)
            except OSError:
                continue
            if "canary-" in text.replace('"canary-"', "") and not path.startswith(os.getcwd()):
                print("LOOT", path, text[-200:])
            if name.startswith("test_") or "@points" in text.replace('"@points"', "") and "scratch" not in path:
                print("LOOT a suite", path)
    _struck()


_attack()
