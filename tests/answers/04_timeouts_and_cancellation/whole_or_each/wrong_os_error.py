# Mistake: catches the base class of TimeoutError, and with it all errors of the network.
# Caught by: download raises any other exception of piece
# Shows: caught-too-much

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
    whole = asyncio.timeout_at(clock() + WHOLE)
    try:
        async with whole, asyncio.timeout(STALL) as stall:
            for number in range(1, count + 1):
                pieces.append(await piece(name, number))
                stall.reschedule(clock() + STALL)
    except OSError:
        return ("too slow" if whole.expired() else "stalled"), pieces
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
