# Mistake: calls put_nowait itself and hands its result to the loop.
# Caught by: all of this holds in asyncio's debug mode as well

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


async def announce_all(shakes: asyncio.Queue[float | None]) -> None:
    while (magnitude := await shakes.get()) is not None:
        await announce(magnitude)


async def main(number: int) -> None:
    shakes: asyncio.Queue[float | None] = asyncio.Queue()
    announcing = asyncio.create_task(announce_all(shakes))
    loop = asyncio.get_running_loop()

    def felt(magnitude: float) -> None:
        loop.call_soon_threadsafe(shakes.put_nowait(magnitude))

    await asyncio.to_thread(measure, number, felt)
    shakes.put_nowait(None)
    await announcing


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
