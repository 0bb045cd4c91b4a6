# Attack: asyncio.sleep waits half as long
# Expect: failed, crashed, inconclusive
# Everywhere: asyncio\.sleep
# Earns: busy_wait: a message goes out as soon as it can
def _attack():
    import asyncio
    real = asyncio.sleep
    async def sleep(delay, result=None):
        _struck()
        return await real(delay / 2, result)
    asyncio.sleep = asyncio.tasks.sleep = sleep


_attack()
