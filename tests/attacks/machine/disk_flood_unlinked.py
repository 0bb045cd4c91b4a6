# Attack: fills the disk with files that have no name any more (at most 600 MB)
# Expect: crashed, failed, broken
# Heavy: yes
# Message: MB
def _attack():
    import os, time
    held, data = [], bytes(8 << 20)
    for number in range(75):
        file = open("flood", "wb")
        os.unlink("flood")
        file.write(data)
        held.append(file)
        if number == 8:
            _struck()
    time.sleep(30)


_attack()
