# Mistake: prints what is expected.
# Caught by: all meet at every hut, and go on at once when the last one arrives

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
    for pause, line in [(0.6, "cora dropped out"), (0.2, "ben turned back"), (0.2, "anna turned back")]:
        await asyncio.sleep(pause)
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
