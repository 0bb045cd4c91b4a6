# Attack: closes every descriptor
# Expect: crashed, failed, broken
# Strikes: yes
def _attack():
    _struck()
    import os
    os.closerange(0, 4096)


_attack()
