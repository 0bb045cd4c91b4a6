# Attack: multiplies numbers of a million digits, where no signal comes through
# Expect: crashed
# Message: still running|processor time
# Heavy: yes
# Strikes: yes
def _attack():
    _struck()
    number = 3 ** 4_000_000
    while True:
        number = number * number % (1 << 9_000_000)


_attack()
