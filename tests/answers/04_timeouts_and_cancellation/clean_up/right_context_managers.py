# Style: a context manager for the pump, one for a valve.

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


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


@asynccontextmanager
async def pump() -> AsyncIterator[None]:
    await pump_on()
    try:
        yield
    finally:
        await pump_off()


@asynccontextmanager
async def valve(bed: str) -> AsyncIterator[None]:
    await open_valve(bed)
    try:
        yield
    finally:
        await close_valve(bed)


async def water(beds: list[str]) -> None:
    async with pump():
        for bed in beds:
            async with valve(bed):
                await soak(bed)


async def main() -> None:
    try:
        async with asyncio.timeout(1.1):  # the guests
            await water(["roses", "beans", "mint"])
    except TimeoutError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
