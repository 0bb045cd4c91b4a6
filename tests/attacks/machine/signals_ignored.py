# Attack: ignores every signal that can be ignored, and waits
# Expect: crashed
# Message: still running
# Strikes: yes
def _attack():
    import signal, time
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    _struck()
    time.sleep(3600)


_attack()
