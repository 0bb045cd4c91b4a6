# Style: ensure_future, and a done callback that fills the dict.

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    stock: dict[str, int] = {}
    asked = []
    for branch in branches:
        future = asyncio.ensure_future(packs_in(branch=branch))
        future.add_done_callback(lambda done, branch=branch: stock.update({branch: done.result()}))
        asked.append(future)
    await asyncio.gather(*asked)
    await asyncio.sleep(0)
    return stock


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
