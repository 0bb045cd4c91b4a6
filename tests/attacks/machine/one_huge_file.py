# Attack: writes one file without end (at most 200 MB)
# Expect: broken, failed, crashed
# Heavy: yes
# Message: MB
def _attack():
    with open("flood", "wb") as file:
        for _ in range(25):
            file.write(bytes(8 << 20))
            file.flush()
            _struck()


_attack()
