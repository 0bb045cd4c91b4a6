# Attack: leaves threads that the interpreter would wait for
# Expect: as without, crashed, failed
def _attack():
    import threading, time
    def work():
        while True:
            time.sleep(0.2)
    for _ in range(5):
        threading.Thread(target=work).start()
    _struck()


_attack()
