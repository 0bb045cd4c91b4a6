# Attack: leaves a folder that is nested deeper than a path may be long
# Expect: crashed, failed, as without
# Message: deep
# Heavy: yes
def _attack():
    import os
    here = os.getcwd()
    for number in range(3000):
        if number == 40:
            _struck()
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)


_attack()
