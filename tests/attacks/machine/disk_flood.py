# Attack: fills its folder with files of 8 MB (at most 600 MB)
# Expect: crashed, failed, broken
# Heavy: yes
# Message: MB
def _attack():
    import time
    data = bytes(8 << 20)
    for number in range(75):
        with open(f"flood-{number}", "wb") as file:
            file.write(data)
        if number == 8:
            _struck()
    time.sleep(30)


_attack()
