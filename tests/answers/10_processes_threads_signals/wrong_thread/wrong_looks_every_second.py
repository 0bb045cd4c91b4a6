# Mistake: looks into a queue of threads every second.
# Caught by: the program announces the four shakes when they are felt

import asyncio
import queue
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
    shakes: queue.SimpleQueue[float] = queue.SimpleQueue()
    measuring = asyncio.create_task(asyncio.to_thread(measure, number, shakes.put))
    while not measuring.done() or not shakes.empty():
        await asyncio.sleep(1)
        while not shakes.empty():
            await announce(shakes.get())


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
