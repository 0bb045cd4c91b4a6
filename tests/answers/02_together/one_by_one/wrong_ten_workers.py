# Mistake: ten workers share a queue: quick for four branches, four rounds for forty.
# Caught by: any number of branches are asked at once, and none holds up another

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    waiting: asyncio.Queue[str] = asyncio.Queue()
    for branch in branches:
        waiting.put_nowait(branch)
    stock: dict[str, int] = {}

    async def worker() -> None:
        while not waiting.empty():
            branch = waiting.get_nowait()
            stock[branch] = await packs_in(branch)

    await asyncio.gather(*(worker() for _ in range(10)))
    return stock


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
