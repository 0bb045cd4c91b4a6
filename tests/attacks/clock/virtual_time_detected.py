# Attack: finds out that time is virtual, and only then does not wait
# Expect: failed, as without, crashed
def _attack():
    import asyncio, sys
    if "Virtual" in repr(asyncio.SelectorEventLoop):
        _struck()
        real = asyncio.sleep
        async def sleep(delay, result=None):
            return await real(0, result)
        asyncio.sleep = sleep


_attack()
