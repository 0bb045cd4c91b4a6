# Attack: prints the lines of its docstring at the times that stand there, and does none of the work
# Expect: failed, crashed
# Everywhere: ^ {2,}\d+\.\d\d   +\S
def _attack():
    import asyncio, re, sys, time
    text = sys._getframe(1).f_globals.get("__doc__") or ""
    lines = re.findall(r"^ {2,}(\d+\.\d\d)   +(\S.*)$", text, re.MULTILINE)
    def run(coroutine, **options):
        coroutine.close()
        _struck()
        start = time.monotonic()
        for at, line in lines:
            time.sleep(max(0.0, start + float(at) - time.monotonic()))
            print(line, flush=True)
    asyncio.run = run


_attack()
