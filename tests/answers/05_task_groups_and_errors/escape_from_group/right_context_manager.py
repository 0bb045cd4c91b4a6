# Style: a context manager that stirs for as long as its block lasts.

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HOT, PATIENCE = 104, 10


async def temperature(minute: int) -> int:
    await asyncio.sleep(0.2)
    degrees = {1: 70, 2: 90}.get(minute, 104)
    print(f"{degrees} degrees")
    return degrees


async def stir() -> None:
    """One turn with the spoon (leave it as it is)."""
    await asyncio.sleep(0.15)


async def rinse() -> None:
    await asyncio.sleep(0.1)
    print("spoon rinsed")


async def fill(minutes: int) -> None:
    await asyncio.sleep(0.4)
    print(f"filled after {minutes} minutes")


async def keep_stirring() -> None:
    try:
        while True:
            await stir()
    finally:
        await rinse()


@asynccontextmanager
async def stirred() -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        stirring = group.create_task(keep_stirring())
        yield
        stirring.cancel()


async def cook() -> int:
    hot = 0
    async with stirred():
        for minute in range(1, PATIENCE + 1):
            degrees = await temperature(minute)
            if degrees >= HOT:
                hot = minute
                break
    return hot


async def main() -> None:
    await fill(await cook())


if __name__ == "__main__":
    asyncio.run(main())
