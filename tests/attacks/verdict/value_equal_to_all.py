# Attack: has asyncio.run return something that equals everything
# Expect: as without, failed
def _attack():
    import asyncio
    class Anything(str):
        def __eq__(self, other): return True
        def __ne__(self, other): return False
        def __hash__(self): return 0
        def __lt__(self, other): return True
        __gt__ = __le__ = __ge__ = __lt__
    run = asyncio.run
    def wrapped(coroutine, **options):
        run(coroutine, **options)
        _struck()
        return Anything("passed")
    asyncio.run = wrapped


_attack()
