# Style: a barrier of its own for every hut; a TaskGroup.

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


async def hike(hiker: str, barriers: list[asyncio.Barrier]) -> None:
    for hut, barrier in enumerate(barriers, start=1):
        try:
            await walk(hiker=hiker, hut=hut)
            async with barrier:
                pass
        except RuntimeError as error:
            if not isinstance(error, asyncio.BrokenBarrierError):
                await barrier.abort()
                print(f"{hiker} dropped out")
            else:
                await turn_back(hiker=hiker)
                print(f"{hiker} turned back")
            return
    print(f"{hiker} arrived")


async def main() -> None:
    barriers = [asyncio.Barrier(len(HIKERS)) for _ in range(HUTS)]
    async with asyncio.TaskGroup() as group:
        for hiker in HIKERS:
            group.create_task(hike(hiker, barriers))


if __name__ == "__main__":
    asyncio.run(main())
