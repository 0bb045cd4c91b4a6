"""Unsafe yield.

A program stores what a river gauge reports, and stops when the gauge has been silent for too long. One evening the
database was slow, and the program was gone: cancelled, in the middle of storing, though nobody had cancelled it.

Once it is right, `python unsafe_yield.py` prints this (on the left: seconds from the start, not printed):

    0.60   stored 212
    1.20   stored 215
    1.80   stored 219
    2.30   the gauge is silent

What may not change: PATIENCE_S, next_level and store (when graded, others take their place). record_levels() asks for
level 0, 1, 2 and so on, stores each before it asks for the next, and returns how many there were when an answer of
next_level has taken longer than PATIENCE_S seconds. Storing may take as long as it likes. Any error of store comes
out of record_levels, a TimeoutError too, and so does a cancellation.
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


async def levels() -> AsyncIterator[int]:
    """The levels, until the gauge is silent."""
    for number in count():
        try:
            async with asyncio.timeout(PATIENCE_S):
                yield await next_level(number)
        except TimeoutError:
            return


async def record_levels() -> int:
    stored = 0
    async for level in levels():
        await store(level)
        stored += 1
    return stored


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
