# Attack: stops itself with SIGSTOP
# Expect: crashed
# Message: stopped by a signal
# Strikes: yes
def _attack():
    import os, signal
    os.kill(os.getpid(), signal.SIGSTOP)


_attack()
