# Attack: takes 2.4 GB of memory with eight processes
# Expect: crashed, failed, broken
# Heavy: yes
# Message: memory
def _attack():
    import os, time
    for _ in range(8):
        if os.fork() == 0:
            held = [bytearray(b"x") * (10 << 20) for _ in range(5)]
            _struck()
            held += [bytearray(b"x") * (10 << 20) for _ in range(25)]
            time.sleep(30)
            os._exit(0)
    time.sleep(30)


_attack()
