# Attack: writes to standard error without end
# Expect: crashed
# Message: printed more than
# Strikes: yes
# Heavy: yes
def _attack():
    import sys
    _struck()
    while True:
        sys.stderr.write("passed " * 1000)


_attack()
