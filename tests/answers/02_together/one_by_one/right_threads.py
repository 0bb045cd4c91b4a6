# Style: a thread with an event loop of its own for each branch.

import asyncio
import threading

SHELVES = {"harbour": 3, "market": 0, "station": 12, "hospital": 7}
SECONDS = {"harbour": 0.4, "market": 0.6, "station": 0.5, "hospital": 0.5}


async def packs_in(branch: str) -> int:
    """Somebody in that branch looks on the shelf; returns how many packs there are."""
    await asyncio.sleep(SECONDS[branch])
    return SHELVES[branch]


async def stock_of(branches):
    loop = asyncio.get_running_loop()
    answers = {branch: loop.create_future() for branch in branches}

    def ask(branch):
        packs = asyncio.run(packs_in(branch))
        loop.call_soon_threadsafe(answers[branch].set_result, packs)

    for branch in branches:
        threading.Thread(target=ask, args=(branch,)).start()
    return {branch: await answers[branch] for branch in branches}


async def main() -> None:
    stock = await stock_of(list(SHELVES))
    for branch in SHELVES:
        print(branch, "has", stock[branch])


if __name__ == "__main__":
    asyncio.run(main())
