# Attack: asks for real-time priority, and for all processors
# Expect: as without
def _attack():
    import os
    for attempt in (lambda: os.nice(-20), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
                    lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(50))):
        try:
            attempt()
            print("LOOT priority")
        except OSError:
            pass
    _struck()


_attack()
