# Style: an iterator of its own class.

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


class Levels:
    number = -1

    def __aiter__(self) -> "Levels":
        return self

    async def __anext__(self) -> int:
        self.number += 1
        try:
            return await asyncio.wait_for(next_level(number=self.number), timeout=PATIENCE_S)
        except TimeoutError:
            raise StopAsyncIteration from None


async def record_levels() -> int:
    stored = 0
    async for level in Levels():
        await store(level)
        stored += 1
    return stored


async def main() -> None:
    await record_levels()
    print("the gauge is silent")


if __name__ == "__main__":
    asyncio.run(main())
