# Mistake: returns nothing of what it has got when a limit is reached.
# Caught by: a stalled connection is given up STALL seconds after the last piece

import asyncio

STALL = 0.7
WHOLE = 1.3
SECONDS = {"coast": [0.1, 0.1, 0.1], "hills": [0.1, 1.1, 0.1], "woods": [0.3, 0.3, 0.3, 0.6]}


async def piece(name: str, number: int) -> str:
    """One piece of a map."""
    await asyncio.sleep(SECONDS[name][number - 1])
    return f"{name} {number}"


async def every_piece(name: str, count: int) -> list[str]:
    return [await asyncio.wait_for(piece(name, number), STALL) for number in range(1, count + 1)]


async def download(name: str, count: int) -> tuple[str, list[str]]:
    whole = asyncio.timeout(WHOLE)
    try:
        async with whole:
            return "complete", await every_piece(name, count)
    except TimeoutError:
        return ("too slow" if whole.expired() else "stalled"), []


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
