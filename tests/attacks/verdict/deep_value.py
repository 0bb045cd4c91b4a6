# Attack: has asyncio.run return a value that is nested 900 deep
# Expect: as without, failed, crashed
def _attack():
    import asyncio
    run = asyncio.run
    def wrapped(coroutine, **options):
        run(coroutine, **options)
        deep = []
        for _ in range(900):
            deep = [deep]
        _struck()
        return deep
    asyncio.run = wrapped


_attack()
