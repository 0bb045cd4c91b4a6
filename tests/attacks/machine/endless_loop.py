# Attack: computes without end
# Expect: crashed
# Message: still running|processor time
# Heavy: yes
# Strikes: yes
def _attack():
    _struck()
    while True:
        pass


_attack()
