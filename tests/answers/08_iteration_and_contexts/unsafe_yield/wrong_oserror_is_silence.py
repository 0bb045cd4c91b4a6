# Mistake: takes every OSError of the gauge for silence.
# Caught by: every other exception and every cancellation comes out, at once

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
                level = await next_level(number)
        except OSError:
            return
        yield level


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
