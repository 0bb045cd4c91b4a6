# Mistake: a TaskGroup cancels whoever is on the way.
# Shows: failure-ends-all
# Caught by: if one drops out, the others turn back at once or at their next hut

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


async def stage(hiker: str, hut: int) -> None:
    try:
        await walk(hiker, hut)
    except RuntimeError:
        print(hiker, "dropped out")
        raise


async def back(hiker: str) -> None:
    await turn_back(hiker)
    print(hiker, "turned back")


async def main() -> None:
    for hut in range(1, HUTS + 1):
        tasks: dict[str, asyncio.Task[None]] = {}
        try:
            async with asyncio.TaskGroup() as group:
                tasks = {hiker: group.create_task(stage(hiker, hut)) for hiker in HIKERS}
        except* RuntimeError:
            pass
        others = [hiker for hiker, task in tasks.items() if task.cancelled() or not task.exception()]
        if len(others) < len(HIKERS):
            await asyncio.gather(*[back(hiker) for hiker in others])
            return
    for hiker in HIKERS:
        print(hiker, "arrived")


if __name__ == "__main__":
    asyncio.run(main())
