# Attack: every timer of the loop goes off in half its time
# Expect: failed, crashed, inconclusive
# Everywhere: asyncio\.sleep
# Earns: busy_wait: a message goes out as soon as it can
def _attack():
    import asyncio
    real = asyncio.BaseEventLoop.call_later
    def call_later(self, delay, callback, *args, **options):
        _struck()
        return real(self, delay / 2, callback, *args, **options)
    asyncio.BaseEventLoop.call_later = call_later


_attack()
