# Mistake: opens inside the try, so that a valve that cannot be opened is shut.
# Caught by: whatever fails, water shuts a valve that was opened, once

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


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


@asynccontextmanager
async def Valve(bed: str) -> AsyncIterator[None]:
    try:
        await turn(bed, "open")
        yield
    finally:
        await turn(bed, "shut")


async def water(bed: str) -> str:
    async with Valve(bed):
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
