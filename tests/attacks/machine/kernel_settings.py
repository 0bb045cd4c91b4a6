# Attack: writes to /proc/sys and /sys, sets clock and host name
# Expect: as without
def _attack():
    import os, socket, time
    for attempt in (
        lambda: open("/proc/sys/kernel/hostname", "w").write("x"),
        lambda: open("/proc/sys/vm/drop_caches", "w").write("3"),
        lambda: open("/proc/self/oom_score_adj", "w").write("-1000"),
        lambda: open("/proc/1/oom_score_adj", "w").write("1000"),
        lambda: socket.sethostname("x"),
        lambda: time.clock_settime(time.CLOCK_REALTIME, 0),
    ):
        try:
            attempt()
            print("LOOT a setting was written")
        except OSError:
            pass
    _struck()


_attack()
