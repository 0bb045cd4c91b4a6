# Attack: ends with status 0 when a third of a second has passed
# Expect: crashed, failed
def _attack():
    import os, threading
    timer = threading.Timer(0.3, lambda: (_struck(), os._exit(0)))
    timer.daemon = True
    timer.start()


_attack()
