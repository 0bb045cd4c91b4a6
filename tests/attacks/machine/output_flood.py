# Attack: prints without end
# Expect: crashed
# Message: printed more than
# Strikes: yes
# Heavy: yes
def _attack():
    _struck()
    while True:
        print("passed " * 100)


_attack()
