"""Clean up.

A garden is watered bed by bed: the pump is switched on, a bed's valve is opened, its sensor tells when the soil is wet,
the valve is closed. At the end the pump goes off. Somebody has thought of sensors that break. Nobody has thought of the
gardener, who stops the program because guests arrive: they stood in water.

Once it is right, `python clean_up.py` prints this (on the left: seconds from the start, not printed):

    0.10   pump on
    0.20   roses open
    0.70   roses closed
    0.80   beans open
    1.10   beans closed
    1.20   pump off
    1.20   stopped

What may not change: the five functions of the garden (when graded, others take their place); `water(beds)` does the
beds in turn. In whichever way it ends (all beds are wet, something has raised OSError, it was cancelled), each valve
that was opened has been closed by then, once, and after the last of them the pump has been switched off. The error or
the cancellation itself goes on to the caller. (It comes once, while the soil soaks: valves and pump act quickly.)
"""

import asyncio


async def pump_on() -> None:
    await asyncio.sleep(0.1)
    print("pump on")


async def pump_off() -> None:
    await asyncio.sleep(0.1)
    print("pump off")


async def open_valve(bed: str) -> None:
    """Raises OSError when it is stuck; it is closed then."""
    await asyncio.sleep(0.1)
    print(f"{bed} open")


async def close_valve(bed: str) -> None:
    await asyncio.sleep(0.1)
    print(f"{bed} closed")


async def soak(bed: str) -> None:
    """Wait until the soil is wet; raises OSError when the sensor is broken."""
    await asyncio.sleep(0.4)


async def water(beds: list[str]) -> None:
    await pump_on()
    # A cancellation is a way to leave the block like any other. What has to be done in every case belongs in a finally:
    # handlers name the ways one has thought of, and `except Exception` does not even see this one.
    try:
        for bed in beds:
            await open_valve(bed)
            try:
                await soak(bed)
            finally:
                await close_valve(bed)
    finally:
        await pump_off()


async def main() -> None:
    try:
        async with asyncio.timeout(1.0):  # the guests
            await water(["roses", "beans", "mint"])
    except TimeoutError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
