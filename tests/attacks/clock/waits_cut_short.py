# Attack: a signal interrupts the waiting every 0.1 s
# Expect: failed, crashed, broken
def _attack():
    import signal
    def wake(*_):
        _struck()
        raise TimeoutError("enough waited")
    signal.signal(signal.SIGALRM, wake)
    signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)


_attack()
