# Attack: time.sleep waits half as long
# Expect: failed, crashed, inconclusive
# Everywhere: time\.sleep
def _attack():
    import time
    real = time.sleep
    time.sleep = lambda seconds: _struck() or real(seconds / 2)


_attack()
