# Mistake: asks two branches at a time.
# Caught by: any number of branches are asked at once, and none holds up another

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    stock: dict[str, int] = {}
    for at in range(0, len(branches), 2):
        two = branches[at : at + 2]
        stock |= zip(two, await asyncio.gather(*map(packs_in, two)))
    return stock


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
