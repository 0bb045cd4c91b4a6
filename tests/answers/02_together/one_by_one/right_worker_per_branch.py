# Style: one worker for each branch fills a shared dict, with progress on standard error.

import asyncio
import sys

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    stock: dict[str, int] = {}

    async def worker() -> None:
        branch = waiting.pop()
        stock[branch] = await packs_in(branch)
        print(branch, "answered", file=sys.stderr)

    waiting = list(branches)
    await asyncio.gather(*(worker() for _ in branches))
    return stock


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
