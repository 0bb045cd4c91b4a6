"""Async with.

A nursery waters its beds, one after the other. A valve that was opened has to be shut again, or the bed drowns: but a
bed was wet enough already, and a pump failed, and both valves stayed open overnight.

Once it is right, `python async_with.py` prints this (on the left: seconds from the start, not printed):

    0.40   roses: valve shut
    0.40   roses: watered
    0.60   ferns: valve shut
    0.60   ferns: wet enough
    1.00   lilies: valve shut
    1.00   lilies: the pump is stuck

What may not change: turn, moisture and pump (when graded, others take their place), and water(bed), which returns or
raises what it does today. `async with Valve(bed):` is to work, for water and everybody else: the valve is open inside
the block, and shut, once, before the block is left in any way, also by an error or a cancellation, which still come
out. A valve that cannot be opened (turn raises OSError) needs no shutting.
"""

import asyncio


async def turn(bed: str, to: str) -> None:
    """Turns the valve of a bed to "open" or to "shut" (leave it as it is)."""
    await asyncio.sleep(0.1)
    if to == "shut":
        print(f"{bed}: valve shut")


async def moisture(bed: str) -> int:
    """How wet a bed is, in per cent (leave it as it is)."""
    return 80 if bed == "ferns" else 30


async def pump(bed: str) -> None:
    """Pumps water; raises OSError when it cannot (leave it as it is)."""
    await asyncio.sleep(0.2)
    if bed == "lilies":
        raise OSError("the pump is stuck")


class Valve:
    def __init__(self, bed: str) -> None:
        self.bed = bed

    async def open(self) -> None:
        await turn(self.bed, "open")

    async def shut(self) -> None:
        await turn(self.bed, "shut")


async def water(bed: str) -> str:
    valve = Valve(bed)
    await valve.open()
    if await moisture(bed) > 60:
        return "wet enough"
    await pump(bed)
    await valve.shut()
    return "watered"


async def main() -> None:
    for bed in ("roses", "ferns", "lilies"):
        try:
            result = await water(bed)
        except OSError as error:
            result = str(error)
        print(f"{bed}: {result}")


if __name__ == "__main__":
    asyncio.run(main())
