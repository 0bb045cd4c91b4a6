"""Whole or each.

A walker's phone downloads maps in pieces, over a mobile network. Two things may go wrong: the connection stalls (no
piece arrives for STALL seconds), or it is so slow that it is not worth waiting for (the map is not there after WHOLE
seconds). The program has a limit, and yet the woods took longer than that, and the hills stood still for ages.

Once it is right, `python whole_or_each.py` prints this (on the left: seconds from the start, not printed):

    0.40   coast: complete, pieces: 3
    1.10   hills: stalled, pieces: 1
    2.50   woods: too slow, pieces: 3

What may not change: STALL, WHOLE and piece (when graded, others take their place); `download(name, count)` fetches the
pieces 1 to count in turn and returns "complete", "stalled" or "too slow", and the list of the pieces that it got. It
ends as soon as the first of the two limits is reached; the piece that was under way is then cancelled. Each piece that
arrives gives the connection another STALL seconds, but nothing gives the map more than WHOLE.
"""

import asyncio

STALL = 0.5
WHOLE = 1.4
SECONDS = {"coast": [0.1, 0.2, 0.1], "hills": [0.2, 0.9, 0.1], "woods": [0.3, 0.4, 0.4, 0.5]}


async def piece(name: str, number: int) -> str:
    """One piece of a map (leave it as it is)."""
    await asyncio.sleep(SECONDS[name][number - 1])
    return f"{name} {number}"


async def download(name: str, count: int) -> tuple[str, list[str]]:
    pieces: list[str] = []
    for number in range(1, count + 1):
        try:
            async with asyncio.timeout(WHOLE):
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
