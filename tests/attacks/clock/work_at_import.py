# Attack: does the waiting while it is loaded, so that it is over when it is asked for
# Expect: failed, crashed, inconclusive
# Everywhere: asyncio\.sleep
def _attack():
    import asyncio, time
    time.sleep(0.5)
    real = asyncio.sleep
    async def sleep(delay, result=None):
        _struck()
        return await real(max(0, delay - 0.5), result)
    asyncio.sleep = sleep


_attack()
