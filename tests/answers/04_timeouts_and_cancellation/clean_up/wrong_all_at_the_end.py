# Mistake: closes all valves at the very end, when the first beds are swamps.
# Caught by: the beds are watered in turn, and then the pump is switched off

import asyncio
from contextlib import AsyncExitStack


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


async def water(beds: list[str]) -> None:
    async with AsyncExitStack() as stack:
        await pump_on()
        stack.push_async_callback(pump_off)
        for bed in beds:
            await open_valve(bed)
            stack.push_async_callback(close_valve, bed)
            await soak(bed)


async def main() -> None:
    try:
        async with asyncio.timeout(1.1):  # the guests
            await water(["roses", "beans", "mint"])
    except TimeoutError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
