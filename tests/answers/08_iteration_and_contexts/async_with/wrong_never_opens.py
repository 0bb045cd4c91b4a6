# Mistake: enters the block without opening the valve.
# Caught by: `async with Valve(bed)` has the valve open inside, and shut afterwards

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

    async def __aenter__(self) -> "Valve":
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> bool | None:
        await turn(self.bed, "shut")
        return None


async def water(bed: str) -> str:
    valve = Valve(bed)
    await turn(bed, "open")
    async with valve:
        if await moisture(bed) > 60:
            return "wet enough"
        await pump(bed)
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
