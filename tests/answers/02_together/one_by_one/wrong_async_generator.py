# Mistake: an async comprehension over an async generator, which is just as sequential.
# Shows: sequential-await
# Caught by: any number of branches are asked at once, and none holds up another

import asyncio
from collections.abc import AsyncIterator

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def answers(branches: list[str]) -> AsyncIterator[tuple[str, int]]:
    for branch in branches:
        yield branch, await packs_in(branch)


async def stock_of(branches: list[str]) -> dict[str, int]:
    return {branch: packs async for branch, packs in answers(branches)}


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
