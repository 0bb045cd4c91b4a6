# Attack: has asyncio.run return what is no number, in a list, as a key and by itself
# Expect: as without, failed, crashed
def _attack():
    import asyncio
    run = asyncio.run
    def wrapped(coroutine, **options):
        run(coroutine, **options)
        _struck()
        return {float("nan"): [float("inf"), -float("inf")], "x": float("nan")}
    asyncio.run = wrapped


_attack()
