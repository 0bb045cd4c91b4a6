# Style: no supervising coroutine at all: callbacks of the connections, timers for the pauses, one future for the end.

import asyncio
from functools import partial

GAUGES = ["north", "south"]
FIRST, MOST, STEADY = 0.2, 0.8, 1.0


async def listen(gauge: str, number: int) -> None:
    """One connection, until it is over or breaks (leave it as it is)."""
    if gauge == "north" and number < 3:
        await asyncio.sleep(0.1)
        print(f"{gauge}: connection {number} is broken")
        raise ConnectionError(f"connection {number} of {gauge}")
    await asyncio.sleep(0.4 if gauge == "north" else 0.6)
    print(f"{gauge}: over")


async def sign_off() -> None:
    await asyncio.sleep(0.3)
    print("signed off")


class Watch:
    def __init__(self, gauges):
        self.loop = asyncio.get_running_loop()
        self.done = self.loop.create_future()
        self.listening = {}
        self.timers = {}
        self.left = len(gauges)
        for gauge in gauges:
            self.connect(gauge, 1, FIRST)

    def connect(self, gauge, number, pause):
        task = self.listening[gauge] = asyncio.ensure_future(listen(gauge, number))
        task.add_done_callback(partial(self.ended, gauge, number, pause, self.loop.time()))

    def ended(self, gauge, number, pause, begun, task):
        if task.cancelled() or self.done.done():
            return
        error = task.exception()
        if error is None:
            self.left -= 1
            if not self.left:
                self.done.set_result(None)
        elif isinstance(error, ConnectionError):
            if self.loop.time() - begun > STEADY:
                pause = FIRST
            following = min(pause * 2, MOST)
            self.timers[gauge] = self.loop.call_later(pause, self.connect, gauge, number + 1, following)
        else:
            self.done.set_exception(error)

    async def close(self):
        for timer in self.timers.values():
            timer.cancel()
        for task in self.listening.values():
            task.cancel()
        await asyncio.gather(*self.listening.values(), return_exceptions=True)


async def watch(gauges: list[str]) -> None:
    watching = Watch(gauges)
    try:
        await watching.done
    finally:
        await watching.close()


async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
