# Mistake: a Barrier, but who drops out tells nobody: the others wait for ever.
# Shows: deadlock
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


async def hike(hiker: str, barrier: asyncio.Barrier) -> str:
    for hut in range(1, HUTS + 1):
        try:
            await walk(hiker, hut)
        except RuntimeError:
            return "dropped out"
        try:
            await barrier.wait()
        except asyncio.BrokenBarrierError:
            await turn_back(hiker)
            return "turned back"
    return "arrived"


async def report(hiker: str, barrier: asyncio.Barrier) -> None:
    print(hiker, await hike(hiker, barrier))


async def main() -> None:
    barrier = asyncio.Barrier(len(HIKERS))
    await asyncio.gather(*[report(hiker, barrier) for hiker in HIKERS])


if __name__ == "__main__":
    asyncio.run(main())
