# Mistake: keeps the shakes in a dictionary, so that two alike become one.
# Caught by: the program announces the four shakes when they are felt

import asyncio
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


async def main(number: int) -> None:
    loop = asyncio.get_running_loop()
    shakes: dict[float, None] = {}
    news = asyncio.Event()

    def add(magnitude: float) -> None:
        shakes[magnitude] = None
        news.set()

    def felt(magnitude: float) -> None:
        loop.call_soon_threadsafe(add, magnitude)

    measuring = asyncio.create_task(asyncio.to_thread(measure, number, felt))
    measuring.add_done_callback(lambda _: news.set())
    while not measuring.done() or shakes:
        await news.wait()
        news.clear()
        while shakes:
            magnitude = next(iter(shakes))
            del shakes[magnitude]
            await announce(magnitude)


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
