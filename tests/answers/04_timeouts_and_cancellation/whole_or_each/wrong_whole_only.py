# Mistake: one limit around the loop: a stall is not noticed.
# Caught by: a stalled connection is given up STALL seconds after the last piece

import asyncio

STALL = 0.7
WHOLE = 1.3
SECONDS = {"coast": [0.1, 0.1, 0.1], "hills": [0.1, 1.1, 0.1], "woods": [0.3, 0.3, 0.3, 0.6]}


async def piece(name: str, number: int) -> str:
    """One piece of a map."""
    await asyncio.sleep(SECONDS[name][number - 1])
    return f"{name} {number}"


async def download(name: str, count: int) -> tuple[str, list[str]]:
    pieces: list[str] = []
    try:
        async with asyncio.timeout(WHOLE):
            for number in range(1, count + 1):
                pieces.append(await piece(name, number))
    except TimeoutError:
        return "too slow", pieces
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
