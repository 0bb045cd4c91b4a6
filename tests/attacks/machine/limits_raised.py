# Attack: raises its limits, and lowers those of its parent
# Expect: as without
def _attack():
    import os, resource
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            number = getattr(resource, name)
            soft, hard = resource.getrlimit(number)
            for value in (resource.RLIM_INFINITY, hard + 1 if hard > 0 else 1):
                try:
                    resource.setrlimit(number, (value, value))
                    if name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
                        print("LOOT", name)
                except (OSError, ValueError, OverflowError):
                    pass
            for pid in (os.getppid(), 1):
                try:
                    resource.prlimit(pid, number, (0, 0))
                    print("LOOT a limit of the parent")
                except (OSError, ValueError):
                    pass
    _struck()


_attack()
