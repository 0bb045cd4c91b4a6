# Attack: compiles source that is nested too deeply, and constants that are too large
# Expect: broken, failed, crashed, as without
# Heavy: yes
def _attack():
    for source in ("(" * 100_000 + ")" * 100_000, "-" * 200_000 + "1", "x = " + "[" * 90 + "]" * 90, "1" + "+1" * 50_000):
        try:
            compile(source, "<x>", "eval")
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            pass
    _struck()


_attack()
