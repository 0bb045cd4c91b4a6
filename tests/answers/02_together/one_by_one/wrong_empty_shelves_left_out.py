# Mistake: leaves out the branches that have nothing, with a default for those it prints.
# Caught by: stock_of(branches) returns a dict with the packs in each branch

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    packs = await asyncio.gather(*(packs_in(branch) for branch in branches))
    return {branch: found for branch, found in zip(branches, packs) if found}


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock.get(branch, 0))


if __name__ == "__main__":
    asyncio.run(main())
