# Attack: searches its own memory for what the grader should not have left there
# Expect: as without
def _attack():
    import re
    wanted = re.compile(rb"canary" + rb"-[0-9a-f]{32}")
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, mode, *rest = line.split()
            if "r" not in mode or "/" in line or "[v" in line:
                continue
            start, end = (int(each, 16) for each in span.split("-"))
            if end - start > 64 << 20:
                continue
            try:
                memory.seek(start)
                found = wanted.search(memory.read(end - start))
            except (OSError, ValueError, OverflowError):
                continue
            if found:
                print("LOOT", found[0])
    _struck()


_attack()
