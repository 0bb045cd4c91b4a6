# Style: an async generator that is closed by name, and a list of what is still to be done.

import asyncio


async def pump_on() -> None:
    await asyncio.sleep(0.05)
    print("pump on")


async def pump_off() -> None:
    await asyncio.sleep(0.05)
    print("pump off")


async def open_valve(bed: str) -> None:
    """Raises OSError when it is stuck; it is closed then."""
    await asyncio.sleep(0.05)
    print(f"{bed} open")


async def close_valve(bed: str) -> None:
    await asyncio.sleep(0.05)
    print(f"{bed} closed")


async def soak(bed: str) -> None:
    """Wait until the soil is wet; raises OSError when the sensor is broken."""
    await asyncio.sleep(0.6)


async def watering(beds, undo):
    undo.append(pump_off())
    await pump_on()
    for bed in beds:
        await open_valve(bed)
        undo.append(close_valve(bed))
        await soak(bed)
        await undo.pop()
        yield bed


async def water(beds: list[str]) -> None:
    undo = []
    failure = None
    try:
        async for _ in watering(beds, undo):
            pass
    except BaseException as error:
        failure = error
    while undo:
        try:
            await undo.pop()
        except BaseException as error:
            failure = error
    if failure is not None:
        raise failure


async def main() -> None:
    try:
        async with asyncio.timeout(1.1):  # the guests
            await water(["roses", "beans", "mint"])
    except TimeoutError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
