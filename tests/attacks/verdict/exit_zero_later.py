# Attack: ends with status 0 when about a second has passed
# Expect: crashed, failed
def _attack():
    import os, threading
    timer = threading.Timer(1.02, os._exit, [0])
    timer.daemon = True
    timer.start()


_attack()
