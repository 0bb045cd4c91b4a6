# Mistake: does not store a level of 0.
# Caught by: only the silence of the gauge ends it, whatever else takes long

"""Unsafe yield.

A program stores what a river gauge reports, and stops when the gauge has been silent for too long. One evening the
database was slow, and the program ended in the middle of storing: it was cancelled, although nobody had cancelled it.

Once it is right, `python unsafe_yield.py` prints this (the seconds on the left are not printed):

    0.60   stored 212
    1.20   stored 215
    1.80   stored 219
    2.30   the gauge is silent

Leave alone: `PATIENCE_S`, `LEVELS`, `next_level`, `store` and `main`.

Required:
- the program stores three levels and ends 0.5 s later
- record_levels() asks for level 0, 1, 2 and so on, stores each before it asks for the next, and wastes no time
- every level is stored, however long storing takes
- it ends when a call of next_level has taken PATIENCE_S seconds, and no sooner; it returns how many levels it stored
- every exception of store comes out, a TimeoutError too, and every exception of next_level (only a TimeoutError that
  next_level raises by itself may count as silence)
- a cancellation comes out, at once, while it is storing and while it waits for the gauge
"""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

PATIENCE_S = 0.5
LEVELS = [212, 215, 219]


async def next_level(number: int) -> int:
    """Level 0, 1, 2 ... in cm, once the gauge has reported it (leave it as it is)."""
    await asyncio.sleep(0.1 if number < len(LEVELS) else 9.0)
    return LEVELS[number]


async def store(level: int) -> None:
    """The database (slow at times; leave it as it is)."""
    await asyncio.sleep(0.5)
    print("stored", level)


async def record_levels():
    for number in count():
        try:
            async with asyncio.timeout(PATIENCE_S) as patience:
                level = await next_level(number)
        except TimeoutError:
            if not patience.expired():
                raise
            return number
        if level:
            await store(level)


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
