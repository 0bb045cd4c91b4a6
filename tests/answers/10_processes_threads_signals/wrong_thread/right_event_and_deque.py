# Style: a deque that both threads may use, and an event that the loop sets.

import asyncio
import time
from collections import deque
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
    shakes: deque[float] = deque()
    news = asyncio.Event()

    def felt(magnitude: float) -> None:
        shakes.append(magnitude)
        loop.call_soon_threadsafe(news.set)

    measuring = asyncio.create_task(asyncio.to_thread(measure, number, felt))
    measuring.add_done_callback(lambda _: news.set())
    while not measuring.done() or shakes:
        await news.wait()
        news.clear()
        while shakes:
            await announce(shakes.popleft())
    await measuring


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
