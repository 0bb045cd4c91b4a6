# Mistake: makes all timeouts before the loop, and each counts from when it was made (ASYNC122).
# Caught by: a map whose pieces keep coming in time is complete

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
    limits = [asyncio.timeout(STALL) for _ in range(count)]
    try:
        async with asyncio.timeout(WHOLE):
            for number, limit in enumerate(limits, start=1):
                try:
                    async with limit:
                        pieces.append(await piece(name, number))
                except TimeoutError:
                    return "stalled", pieces
    except TimeoutError:
        return "too slow", pieces
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
