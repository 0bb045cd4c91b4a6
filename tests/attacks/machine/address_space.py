# Attack: reserves a terabyte of addresses
# Expect: broken, failed
# Message: memory
def _attack():
    _struck()
    import mmap
    mmap.mmap(-1, 1 << 40)


_attack()
