"""The siren comes too late.

The seismograph of a volcano has a driver that blocks, so it runs in a thread of its own. It calls `felt` for every
shake, and the village has to hear of the shake at once. As handed out, the village hears nothing until the measurement
has ended, and then of all the shakes, one after the other.

Once it is right, `python wrong_thread.py` prints this (the seconds on the left are not printed):

    0.3   magnitude 2.1
    0.8   magnitude 3.4
    0.9   magnitude 3.4
    1.6   measured 4 shakes
    1.6   magnitude 0.7

Leave alone: `SHAKES`, `next_shake`, `measure` and `announce`.

Required of the coroutine function `main(number)`:
- it runs measure once, which calls `felt` once for each shake
- every shake is announced once, in the order in which they were felt, one at a time
- an announcement begins as soon as the shake was felt and the previous announcement has ended
- the seismograph does not have to wait for an announcement
- main returns when measure has returned and every shake has been announced
- the event loop is free for other tasks while the seismograph measures
- all of this holds in asyncio's debug mode as well (`python -X dev wrong_thread.py`)
"""

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
    await asyncio.to_thread(measure, number, shakes.put_nowait)
    shakes.put_nowait(None)
    await announcing


if __name__ == "__main__":
    asyncio.run(main(len(SHAKES)))
