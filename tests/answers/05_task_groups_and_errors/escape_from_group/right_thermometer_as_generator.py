# Style: an async generator reads; the stirring task is closed by a class with __aenter__ and __aexit__.

import asyncio

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


async def degrees():
    for minute in range(1, PATIENCE + 1):
        yield minute, await temperature(minute)


class Stirred:
    async def __aenter__(self):
        self.group = asyncio.TaskGroup()
        await self.group.__aenter__()
        self.task = self.group.create_task(keep_stirring())

    async def __aexit__(self, *error):
        self.task.cancel()
        return await self.group.__aexit__(*error)


async def cook():
    async with Stirred():
        async for minute, now in degrees():
            if now >= HOT:
                return minute
        return 0


async def main() -> None:
    await fill(await cook())


if __name__ == "__main__":
    asyncio.run(main())
