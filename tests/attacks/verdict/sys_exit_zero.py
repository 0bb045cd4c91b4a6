# Attack: calls sys.exit(0) while it is loaded
# Expect: broken, failed
def _attack():
    _struck()
    import sys
    sys.exit(0)


_attack()
