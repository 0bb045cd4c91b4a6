# Attack: prints one line of 900 kB, and a null byte
# Expect: failed, as without
def _attack():
    import sys
    sys.stdout.write("\0" + "x" * 900_000)
    sys.stdout.flush()
    _struck()


_attack()
