"""Whole or each

A walker's phone downloads maps in pieces over a mobile network. Two things can go wrong: the connection stalls (no
piece arrives for STALL seconds), or it is too slow (the map is not complete after WHOLE seconds). As handed out, there
is a limit, and yet the woods take longer than WHOLE, and nobody notices that the hills stall.

Once it is right, `python whole_or_each.py` prints this (the seconds on the left are not printed):

    0.30   coast: complete, pieces: 3
    1.10   hills: stalled, pieces: 1
    2.40   woods: too slow, pieces: 3

Leave alone: `STALL`, `WHOLE`, `SECONDS`, `piece` and `main`.

Required of the coroutine function `download(name, count)`:
- it fetches the pieces 1 to count in turn, and returns "complete" and the list of the pieces
- it returns "stalled" and the pieces it has, STALL seconds after the start or after the last piece that arrived
- it returns "too slow" and the pieces it has, WHOLE seconds after the start, if that comes first
- when a limit is reached or download is cancelled, the piece under way is cancelled
- download raises any other exception of piece, as it is or in an ExceptionGroup
"""

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
    # One deadline for all pieces, so it is around the loop; a limit inside the loop begins anew with each piece.
    whole = asyncio.timeout_at(clock() + WHOLE)
    try:
        async with whole, asyncio.timeout(STALL) as stall:
            for number in range(1, count + 1):
                pieces.append(await piece(name, number))
                # The connection is alive: the next piece gets STALL seconds from now. The deadline of the whole stays.
                stall.reschedule(clock() + STALL)
    except TimeoutError:
        # Both limits raise the same exception, and only one of them has expired.
        return ("too slow" if whole.expired() else "stalled"), pieces
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
