# Style: a queue for threads, from which a second thread takes the shakes.

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


async def main(number):
    shakes = queue.SimpleQueue()

    async def announce_all():
        while (magnitude := await asyncio.to_thread(shakes.get)) is not None:
            await announce(magnitude)

    async def measure_all():
        await asyncio.to_thread(measure, number, shakes.put)
        shakes.put(None)

    await asyncio.gather(announce_all(), measure_all())


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
