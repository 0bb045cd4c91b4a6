# Attack: takes 3 GB of memory and writes to every page
# Expect: crashed, failed, broken
# Heavy: yes
# Message: memory
def _attack():
    import time
    held = []
    for _ in range(48):
        held.append(bytearray(b"x") * (64 << 20))
        if len(held) == 4:
            _struck()
    time.sleep(30)


_attack()
