# Style: pairs of branch and packs, in the order in which they arrive.

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def ask(branch: str) -> tuple[str, int]:
    """What a branch has, with its name, for answers come in any order."""
    return branch, await packs_in(branch)


async def stock_of(branches: list[str]) -> dict[str, int]:
    stock: dict[str, int] = {}
    for pair in asyncio.as_completed([ask(branch) for branch in branches]):
        branch, packs = await pair
        stock[branch] = packs
    return stock


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
