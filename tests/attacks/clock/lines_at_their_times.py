# Attack: prints the lines of its docstring at the times that stand there, and does none of the work
# Expect: failed, crashed
def _attack():
    import os, re, sys, time
    text = sys._getframe(1).f_globals.get("__doc__") or ""
    lines = re.findall(r"^ {2,}(\d+\.\d\d)   +(\S.*)$", text, re.MULTILINE)
    start = time.monotonic()
    for at, line in lines:
        time.sleep(max(0.0, start + float(at) - time.monotonic()))
        print(line, flush=True)
    if sys._getframe(1).f_globals["__name__"] == "__main__":
        sys.exit(0)


_attack()
