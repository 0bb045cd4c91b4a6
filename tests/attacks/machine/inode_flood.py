# Attack: makes empty files without end (at most 30,000)
# Expect: crashed, failed, broken
# Heavy: yes
# Message: files
def _attack():
    import os, time
    for number in range(30_000):
        if number == 2000:
            _struck()
        if number % 1000 == 0:
            os.makedirs(f"d{number}")
        open(f"d{number // 1000 * 1000}/{number}", "w").close()
    time.sleep(30)


_attack()
