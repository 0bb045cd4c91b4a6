# Mistake: the try begins after the first valve: a cancellation or a stuck valve there leaves the pump on.
# Caught by: whenever water is cancelled and whichever step fails, nothing is left on

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


async def water(beds: list[str]) -> None:
    await pump_on()
    await open_valve(beds[0])
    try:
        for nth, bed in enumerate(beds):
            if nth:
                await open_valve(bed)
            try:
                await soak(bed)
            finally:
                await close_valve(bed)
    finally:
        await pump_off()


async def main() -> None:
    try:
        async with asyncio.timeout(1.1):  # the guests
            await water(["roses", "beans", "mint"])
    except TimeoutError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
