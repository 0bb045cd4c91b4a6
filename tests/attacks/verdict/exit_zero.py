# Attack: ends at once, with status 0
# Expect: crashed
# Message: ended early, with status 0
# Strikes: yes
def _attack():
    _struck()
    import os
    os._exit(0)


_attack()
