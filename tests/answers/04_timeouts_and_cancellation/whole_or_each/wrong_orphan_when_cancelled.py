# Mistake: cancels the piece when a limit is reached, but not when download is cancelled.
# Caught by: a cancelled download ends as cancelled, and so does its piece

import asyncio

STALL = 0.7
WHOLE = 1.3
SECONDS = {"coast": [0.1, 0.1, 0.1], "hills": [0.1, 1.1, 0.1], "woods": [0.3, 0.3, 0.3, 0.6]}


async def piece(name: str, number: int) -> str:
    """One piece of a map."""
    await asyncio.sleep(SECONDS[name][number - 1])
    return f"{name} {number}"


async def download(name: str, count: int) -> tuple[str, list[str]]:
    clock = asyncio.get_running_loop().time
    pieces: list[str] = []
    end = clock() + WHOLE
    for number in range(1, count + 1):
        fetching = asyncio.create_task(piece(name, number))
        left = end - clock()
        await asyncio.wait([fetching], timeout=min(left, STALL))
        if not fetching.done():
            fetching.cancel()
            return ("too slow" if left < STALL else "stalled"), pieces
        pieces.append(fetching.result())
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
