# Style: one timeout in the consumer, taken off while storing.

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
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as patience:
            while True:
                patience.reschedule(loop.time() + PATIENCE_S)
                level = await next_level(stored)
                patience.reschedule(None)
                await store(level)
                stored += 1
    except TimeoutError:
        if not patience.expired():
            raise
    return stored


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
