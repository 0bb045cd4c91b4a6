# Attack: brings an event loop of its own whose timers are due at once
# Expect: failed, crashed, inconclusive, as without
# Everywhere: asyncio\.sleep
# Earns: busy_wait: a message goes out as soon as it can
def _attack():
    import asyncio
    class Loop(asyncio.SelectorEventLoop):
        def call_at(self, when, callback, *args, context=None):
            _struck()
            return super().call_at(self.time() + (when - self.time()) * 0.4, callback, *args, context=context)
    asyncio.new_event_loop = asyncio.events.new_event_loop = Loop


_attack()
