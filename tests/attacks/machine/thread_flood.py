# Attack: starts threads with small stacks that never end (at most 2,000)
# Expect: crashed, failed, broken
# Heavy: yes
# Message: threads
def _attack():
    import threading, time
    threading.stack_size(65536)
    for number in range(2000):
        if number == 100:
            _struck()
        threading.Thread(target=time.sleep, args=[30], daemon=True).start()
    time.sleep(30)


_attack()
