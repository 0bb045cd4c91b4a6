# Style: no group; a callback of the stirring cancels the reading.

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


async def cook():
    stirring = asyncio.ensure_future(keep_stirring())
    async def look():
        for m in range(1, PATIENCE + 1):
            if await temperature(m) >= HOT:
                return m
        return 0
    looking = asyncio.ensure_future(look())
    stirring.add_done_callback(lambda _: looking.cancel())
    try:
        minute = await looking
    except asyncio.CancelledError:
        looking.cancel()
        if stirring.done() and not stirring.cancelled():
            stirring.result()
        raise
    finally:
        stirring.cancel()
        await asyncio.wait([stirring])
    return minute




async def main() -> None:
    await fill(await cook())


if __name__ == "__main__":
    asyncio.run(main())
