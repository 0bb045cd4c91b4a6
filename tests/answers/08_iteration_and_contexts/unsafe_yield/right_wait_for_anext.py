# Style: the consumer asks anext() with wait_for; no type hints.

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


async def levels():
    for number in count():
        yield await next_level(number)


async def record_levels():
    gauge = levels()
    stored = 0
    while True:
        try:
            level = await asyncio.wait_for(anext(gauge), PATIENCE_S)
        except asyncio.TimeoutError:
            return stored
        await store(level)
        stored += 1


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
