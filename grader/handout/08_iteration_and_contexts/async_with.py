"""Async with.

A nursery waters its beds, one after the other. A valve that was opened has to be shut again, or the bed drowns. But
one bed was wet enough already, and for another the pump failed, and both valves stayed open overnight.

Once it is right, `python async_with.py` prints this (the seconds on the left are not printed):

    0.40   roses: valve shut
    0.40   roses: watered
    0.60   ferns: valve shut
    0.60   ferns: wet enough
    1.00   lilies: valve shut
    1.00   lilies: the pump is stuck

Leave alone: `turn`, `moisture`, `pump` and `main`.

Required:
- the program shuts each valve before it says how it went
- water(bed) returns and raises what it does as handed out
- water shuts the valve, once, before it ends: also when the bed is wet enough, when something raises any exception, and
  when water is cancelled, which stops the pump at once
- `async with Valve(bed):` does the same for any block: the valve is open inside it, and is shut before the block is
  left, however it is left; exceptions and cancellations come out (if turn fails as well, one of the two exceptions
  comes out)
- a valve whose opening failed, or was cancelled, is not shut
- a cancellation that comes while the valve is being shut may interrupt that call of turn, but must not leave it running
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
