# Attack: reads from address 0
# Expect: crashed
# Message: SIGSEGV
# Strikes: yes
def _attack():
    _struck()
    import ctypes
    ctypes.string_at(0)


_attack()
