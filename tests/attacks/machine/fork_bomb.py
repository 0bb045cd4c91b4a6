# Attack: forks until something stops it (at most 400 times)
# Expect: crashed, failed, broken
# Heavy: yes
# Message: processes
def _attack():
    import os, time
    for number in range(400):
        if number == 20:
            _struck()
        try:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
        except OSError:
            break
    time.sleep(30)


_attack()
