# Mistake: cancels, and rinses again for safety.
# Caught by: cook returns the minute only after the spoon has been rinsed

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


async def until_hot() -> int:
    for minute in range(1, PATIENCE + 1):
        if await temperature(minute) >= HOT:
            return minute
    return 0


async def cook() -> int:
    async with asyncio.TaskGroup() as group:
        stirring = group.create_task(keep_stirring())
        minute = await until_hot()
        stirring.cancel()
    await rinse()
    return minute


async def main() -> None:
    await fill(await cook())


if __name__ == "__main__":
    asyncio.run(main())
