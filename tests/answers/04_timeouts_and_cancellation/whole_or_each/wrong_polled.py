# Mistake: looks every 0.01 s how long it has waited.
# Caught by: however long the pieces take, the first limit reached ends the download

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
    begin = clock()
    for number in range(1, count + 1):
        fetching, since = asyncio.ensure_future(piece(name, number)), clock()
        try:
            while not fetching.done():
                await asyncio.sleep(0.01)
                if clock() - begin > WHOLE:
                    return "too slow", pieces
                if clock() - since > STALL:
                    return "stalled", pieces
            pieces.append(fetching.result())
        finally:
            fetching.cancel()
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
