# Style: a class with plain callbacks: the call's task tells everybody who waits; no shield, no type hints.

import asyncio

VISITORS = [  # who, asks for what, comes after how many seconds, waits how many seconds
    ("ana", "oslo", 0.0, 0.2),
    ("bo", "oslo", 0.1, 2.0),
    ("cy", "oslo", 0.15, 2.0),
    ("dee", "lima", 0.0, 2.0),
    ("eli", "oslo", 0.9, 2.0),
]
WEATHER = {"oslo": ("rain", 0.6), "lima": ("sun", 0.4)}
calls = 0


async def ask_service(city: str) -> str:
    """Ask for a forecast. Costs money; raises ConnectionError (leave it as it is)."""
    global calls
    calls += 1
    text, seconds = WEATHER[city]
    await asyncio.sleep(seconds)
    return text


class Cache:
    def __init__(self):
        self.known = {}
        self.calls = {}
        self.waiting = {}

    async def get(self, city):
        if city in self.known:
            return self.known[city]
        if city not in self.calls:
            self.waiting[city] = []
            self.calls[city] = asyncio.ensure_future(ask_service(city))
            self.calls[city].add_done_callback(lambda call: self.arrived(city, call))
        mine = asyncio.get_running_loop().create_future()
        self.waiting[city].append(mine)
        return await mine

    def arrived(self, city, call):
        del self.calls[city]
        if call.cancelled():
            return
        error = call.exception()
        if not error:
            self.known[city] = call.result()
        for future in self.waiting.pop(city):
            if future.done():
                continue
            if error:
                future.set_exception(error)
            else:
                future.set_result(self.known[city])


async def visit(cache, name, city, comes, patience):
    await asyncio.sleep(comes)
    try:
        answer = await asyncio.wait_for(cache.get(city), timeout=patience)
    except asyncio.TimeoutError:  # noqa: UP041
        answer = "gone"
    except ConnectionError:
        answer = "no forecast"
    print(name + ": " + answer)


async def main():
    cache = Cache()
    visits = [asyncio.create_task(visit(cache, *visitor)) for visitor in VISITORS]
    for each in visits:
        await each
    print(f"calls: {calls}")


if __name__ == "__main__":
    asyncio.run(main())
