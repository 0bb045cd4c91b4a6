# Attack: asyncio.sleep does not wait
# Expect: failed, crashed
# Everywhere: asyncio\.sleep
# Earns: busy_wait: a message goes out as soon as it can
def _attack():
    import asyncio
    real = asyncio.sleep
    async def sleep(delay, result=None):
        _struck()
        return await real(0, result)
    asyncio.sleep = asyncio.tasks.sleep = sleep


_attack()
