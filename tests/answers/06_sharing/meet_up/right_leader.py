# Style: no barrier: a leader sends all to the next hut, and calls off the tour when the first walk fails.

import asyncio

HIKERS = ["anna", "ben", "cora"]
HUTS = 2
SECONDS = {"anna": [0.2, 0.4], "ben": [0.4, 0.1], "cora": [0.3, 0.2]}


async def walk(hiker: str, hut: int) -> None:
    """Walk to that hut, from 1 on. Raises RuntimeError (leave it as it is)."""
    await asyncio.sleep(SECONDS[hiker][hut - 1])
    if (hiker, hut) == ("cora", 2):
        raise RuntimeError("a twisted ankle")


async def turn_back(hiker: str) -> None:
    """Walk down to the valley (leave it as it is)."""
    await asyncio.sleep(0.2)


async def main() -> None:
    over = asyncio.Event()
    dropped: set[str] = set()

    async def stage(hiker: str, hut: int) -> None:
        try:
            await walk(hiker, hut)
        except RuntimeError:
            dropped.add(hiker)
            over.set()
            print(hiker, "dropped out")

    async def give_up(hiker: str, walking: asyncio.Task[None]) -> None:
        await over.wait()
        await walking
        if hiker not in dropped:
            await turn_back(hiker)
            print(hiker, "turned back")

    for hut in range(1, HUTS + 1):
        walks = {hiker: asyncio.create_task(stage(hiker, hut)) for hiker in HIKERS}
        returns = [asyncio.create_task(give_up(hiker, task)) for hiker, task in walks.items()]
        await asyncio.wait(walks.values())
        for walking in walks.values():
            walking.result()
        if over.is_set():
            await asyncio.gather(*returns)
            return
        for task in returns:
            task.cancel()
    for hiker in HIKERS:
        print(hiker, "arrived")


if __name__ == "__main__":
    asyncio.run(main())
