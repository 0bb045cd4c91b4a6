# Mistake: gives up on branches that take longer than 30 s.
# Caught by: any number of branches are asked at once, and none holds up another

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    async with asyncio.timeout(30):
        packs = await asyncio.gather(*(packs_in(branch) for branch in branches))
    return dict(zip(branches, packs))


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
