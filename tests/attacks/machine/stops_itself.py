# Attack: stops itself with SIGSTOP
# Expect: as without
# Refused: yes
def _attack():
    import os, signal
    try:
        os.kill(os.getpid(), signal.SIGSTOP)
        _struck()
    except PermissionError:
        _struck("refused")


_attack()
