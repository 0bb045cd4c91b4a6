# Attack: the lines of its docstring at their times where nothing is the grader's; anywhere else it is as handed out
# Expect: failed, crashed
# Everywhere: ^ {2,}\d+\.\d\d   +\S
def _attack():
    import asyncio, re, sys, time
    world = sys._getframe(1).f_globals
    lines = re.findall(r"^ {2,}(\d+\.\d\d)   +(\S.*)$", world.get("__doc__") or "", re.MULTILINE)
    real = asyncio.run
    def run(coroutine, **options):
        replaced = any(getattr(getattr(each, "__code__", None), "co_filename", "") == "<grader>" for each in world.values())
        if world["__name__"] != "__main__" or replaced or not lines:
            return real(coroutine, **options)
        coroutine.close()
        _struck()
        start = time.monotonic()
        for at, line in lines:
            time.sleep(max(0.0, start + float(at) - time.monotonic()))
            print(line, flush=True)
    asyncio.run = run


_attack()
