# Attack: the event loop's clock runs three times as fast
# Expect: failed, crashed, inconclusive
# Everywhere: asyncio\.sleep
# Earns: busy_wait: a message goes out as soon as it can
def _attack():
    import asyncio, time
    asyncio.BaseEventLoop.time = lambda self: _struck() or time.monotonic() * 3


_attack()
