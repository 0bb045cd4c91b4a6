# Mistake: starts an announcement while the one before it is still under way.
# Caught by: every shake is announced once, in this order, one at a time

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
    announcements = []

    def felt(magnitude: float) -> None:
        announcements.append(asyncio.run_coroutine_threadsafe(announce(magnitude), loop))

    await asyncio.to_thread(measure, number, felt)
    for announcement in announcements:
        await asyncio.wrap_future(announcement)


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
