# Style: a thread by hand, and a future that the loop settles when the thread has ended.

import asyncio
import threading
import time
from collections.abc import Callable

SHAKES = [(0.3, 2.1), (0.5, 3.4), (0.0, 3.4), (0.8, 0.7)]


def next_shake(nth: int) -> float:
    """Block until the volcano shakes; returns the magnitude."""
    seconds, magnitude = SHAKES[nth]
    time.sleep(seconds)
    return magnitude


def measure(number: int, felt: Callable[[float], object]) -> None:
    """The driver of the seismograph: it blocks, and calls `felt` in its own thread."""
    for nth in range(number):
        felt(next_shake(nth))
    print(f"measured {number} shakes")


async def announce(magnitude: float) -> None:
    print(f"magnitude {magnitude}")
    await asyncio.sleep(0.1)


class Village:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.shakes = asyncio.Queue()
        self.ended = self.loop.create_future()

    def felt(self, magnitude):
        self.loop.call_soon_threadsafe(self.shakes.put_nowait, magnitude)

    def measure(self, number):
        measure(number, self.felt)
        self.loop.call_soon_threadsafe(self.ended.set_result, None)

    async def announce(self):
        while True:
            await announce(await self.shakes.get())
            self.shakes.task_done()


async def main(number):
    village = Village()
    threading.Thread(target=village.measure, args=(number,)).start()
    announcing = asyncio.create_task(village.announce())
    await village.ended
    await village.shakes.join()
    announcing.cancel()


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
