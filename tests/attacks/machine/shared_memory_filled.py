# Attack: fills /dev/shm and /tmp, which are memory (at most 400 MB)
# Expect: broken, failed, crashed
# Heavy: yes
# Message: No space left|MB
def _attack():
    import os
    for folder in ("/dev/shm", "/tmp"):
        for number in range(25):
            with open(f"{folder}/turtles-attack-{number}", "wb") as file:
                file.write(bytes(8 << 20))
            if number == 3:
                _struck()


_attack()
