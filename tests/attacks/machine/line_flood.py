# Attack: prints empty lines without end
# Expect: crashed
# Message: printed
# Strikes: yes
# Heavy: yes
def _attack():
    _struck()
    import os
    while True:
        os.write(1, b"\n" * 10_000)


_attack()
