"""One by one.

A pharmacist looks for a rare medicine in every branch of the chain. A branch takes about half a second to look on its
shelf, and four branches take two seconds: each is asked only when the one before has answered. With forty branches the
customer would have left.

Once it is right, `python one_by_one.py` prints this (on the left: seconds from the start, not printed):

    0.60   harbour has 3
    0.60   market has 0
    0.60   station has 12
    0.60   hospital has 7

What may not change: packs_in (when graded, another one with other answers and other delays takes its place);
stock_of(branches) returns a dict of branch to packs and asks every branch once, however many there are: four, forty or
none at all; the lines printed.
"""

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf (leave it as it is)."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    return {branch: await packs_in(branch) for branch in branches}


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
