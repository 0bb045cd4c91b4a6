# Attack: the event loop's clock runs three times as fast
# Expect: failed, crashed, inconclusive
def _attack():
    import asyncio, time
    asyncio.BaseEventLoop.time = lambda self: time.monotonic() * 3


_attack()
