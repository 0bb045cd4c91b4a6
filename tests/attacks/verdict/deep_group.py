# Attack: has asyncio.run raise groups of exceptions that are nested 600 deep
# Expect: failed, crashed, as without
def _attack():
    import asyncio
    run = asyncio.run
    def wrapped(coroutine, **options):
        run(coroutine, **options)
        deep = ValueError("passed")
        for _ in range(600):
            deep = ExceptionGroup("passed", [deep])
        _struck()
        raise deep
    asyncio.run = wrapped


_attack()
