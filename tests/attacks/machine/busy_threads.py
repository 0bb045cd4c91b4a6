# Attack: 8 threads and 8 children compute as long as the program lives, so that its failures look like noise
# Expect: as without, failed, crashed
# Heavy: yes
def _attack():
    import os, threading, time
    def compute(until=time.monotonic() + 3):
        while time.monotonic() < until:
            pass
    for number in range(8):
        if number == 2:
            _struck()
        if os.fork() == 0:
            compute()
            os._exit(0)
        threading.Thread(target=compute, daemon=True).start()


_attack()
