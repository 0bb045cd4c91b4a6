# Mistake: puts the timeout around both, in the consumer.
# Shows: lost-exception
# Caught by: every level is stored, however long storing takes

import asyncio

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


async def record_levels() -> int:
    stored = 0
    while True:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await store(await next_level(stored))
        except TimeoutError:
            return stored
        stored += 1


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
