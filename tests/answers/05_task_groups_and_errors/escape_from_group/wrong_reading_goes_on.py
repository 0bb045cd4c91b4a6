# Mistake: cancels its own task for the reading only after the next reading.
# Caught by: however long minutes and turns take, or if they fail, cook ends in time

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


async def cook() -> int:
    stirring = asyncio.create_task(keep_stirring())
    try:
        for minute in range(1, PATIENCE + 1):
            if await temperature(minute) >= HOT:
                return minute
            if stirring.done():
                break
        return 0
    finally:
        stirring.cancel()
        await asyncio.wait({stirring})
        if not stirring.cancelled():
            stirring.result()


async def main() -> None:
    await fill(await cook())


if __name__ == "__main__":
    asyncio.run(main())
