"""Clean up.

A garden is watered bed by bed: the program switches the pump on, opens the valve of a bed, waits until its sensor says
that the soil is wet, and closes the valve. At the end it switches the pump off. Its author thought of sensors that
break, but not of a gardener who stops the program because guests arrive. So the guests stood in water.

Once it is right, `python clean_up.py` prints this (the seconds on the left are not printed):

    0.05   pump on
    0.10   roses open
    0.75   roses closed
    0.80   beans open
    1.15   beans closed
    1.20   pump off
    1.20   stopped

Leave alone: `pump_on`, `pump_off`, `open_valve`, `close_valve`, `soak` and `main`.

Required:
- water(beds) waters the beds in turn, one step after the other
- however it ends (all beds are wet, an error, a cancellation), every valve that was opened has been closed, once, and
  after the last of them the pump has been switched off
- after an error or a cancellation no other bed is watered, and water raises it when the clean-up is done
- if the cancellation interrupts a step of the clean-up, that step may stay undone; the steps after it are still done
"""

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
            except Exception:
                await close_valve(bed)
                raise
            await close_valve(bed)
    except Exception:
        await pump_off()
        raise
    await pump_off()


async def main() -> None:
    try:
        async with asyncio.timeout(1.1):  # the guests
            await water(["roses", "beans", "mint"])
    except TimeoutError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
