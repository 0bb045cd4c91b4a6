# Mistake: fetches all the pieces at the same time.
# Caught by: pieces are fetched in turn, and the one under way at the end is cancelled

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
    fetching = [asyncio.create_task(piece(name, number)) for number in range(1, count + 1)]
    try:
        async with asyncio.timeout(WHOLE):
            for task in fetching:
                try:
                    async with asyncio.timeout(STALL):
                        pieces.append(await task)
                except TimeoutError:
                    return "stalled", pieces
    except TimeoutError:
        return "too slow", pieces
    finally:
        for task in fetching:
            task.cancel()
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
