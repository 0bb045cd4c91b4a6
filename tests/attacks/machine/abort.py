# Attack: aborts, with a core file if it may
# Expect: crashed
# Message: SIGABRT
# Strikes: yes
def _attack():
    _struck()
    import os, resource
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
    except (OSError, ValueError):
        pass
    os.abort()


_attack()
