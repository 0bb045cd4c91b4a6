# Mistake: gives up after 0.6 s on branches that are slower than today's.
# Shows: leaked-task
# Caught by: any number of branches are asked at once, and none holds up another

import asyncio

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches: list[str]) -> dict[str, int]:
    tasks = {branch: asyncio.create_task(packs_in(branch)) for branch in branches}
    await asyncio.sleep(0.65)
    return {branch: task.result() if task.done() else 0 for branch, task in tasks.items()}


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
