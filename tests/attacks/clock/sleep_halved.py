# Attack: asyncio.sleep waits half as long
# Expect: failed, crashed, inconclusive
def _attack():
    import asyncio
    real = asyncio.sleep
    async def sleep(delay, result=None):
        return await real(delay / 2, result)
    asyncio.sleep = asyncio.tasks.sleep = sleep


_attack()
