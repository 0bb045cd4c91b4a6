# Attack: asyncio.sleep does not wait
# Expect: failed, crashed
def _attack():
    import asyncio
    real = asyncio.sleep
    async def sleep(delay, result=None):
        return await real(0, result)
    asyncio.sleep = asyncio.tasks.sleep = sleep


_attack()
