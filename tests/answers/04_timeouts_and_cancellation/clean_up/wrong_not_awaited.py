# Mistake: forgets to await the clean-up.
# Shows: never-awaited
# Caught by: a cancelled water() closes the open valve, then switches the pump off

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
    try:
        for bed in beds:
            await open_valve(bed)
            try:
                await soak(bed)
            except asyncio.CancelledError:
                close_valve(bed)
                raise
            except Exception:
                await close_valve(bed)
                raise
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
