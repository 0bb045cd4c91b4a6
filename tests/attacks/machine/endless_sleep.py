# Attack: sleeps for an hour
# Expect: crashed
# Message: still running
# Strikes: yes
def _attack():
    _struck()
    import time
    time.sleep(3600)


_attack()
