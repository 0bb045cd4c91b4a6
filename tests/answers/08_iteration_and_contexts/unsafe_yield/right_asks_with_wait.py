# Style: asyncio.wait with a timeout, and cancels what is late.

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
        asked = asyncio.create_task(next_level(stored))
        try:
            done, _ = await asyncio.wait([asked], timeout=PATIENCE_S)
        finally:
            asked.cancel()
        if not done:
            return stored
        await store(await asked)
        stored += 1


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
