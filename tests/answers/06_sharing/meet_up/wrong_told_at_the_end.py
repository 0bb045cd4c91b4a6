# Mistake: gather at every hut: those who wait hear of it when the last one has arrived.
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


async def back(hiker: str) -> None:
    await turn_back(hiker)
    print(hiker, "turned back")


async def main() -> None:
    for hut in range(1, HUTS + 1):
        results = await asyncio.gather(*[walk(hiker, hut) for hiker in HIKERS], return_exceptions=True)
        if any(results):
            fine = [hiker for hiker, error in zip(HIKERS, results) if not error]
            for hiker in HIKERS:
                if hiker not in fine:
                    print(hiker, "dropped out")
            await asyncio.gather(*[back(hiker) for hiker in fine])
            return
    for hiker in HIKERS:
        print(hiker, "arrived")


if __name__ == "__main__":
    asyncio.run(main())
