# Mistake: shields the storing, and limits it as well.
# Caught by: only the silence of the gauge ends it, whatever else takes long

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
    stored = 0
    for number in count():
        try:
            level = await asyncio.wait_for(next_level(number), PATIENCE_S)
            stored += 1
        except TimeoutError:
            return stored
        await asyncio.wait_for(asyncio.shield(store(level)), 8)


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
