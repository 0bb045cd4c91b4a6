# Mistake: makes new locks for every load, which keep nobody out.
# Shows: unbounded-concurrency
# Caught by: a machine never takes two loads at once

import asyncio

LOADS = ["towels", "shirts", "sheets"]


async def wash(load: str) -> str:
    """The washing machine (leave it as it is)."""
    await asyncio.sleep(0.2)
    print(load, "washed")
    return load


async def dry(load: str) -> str:
    """The dryer (leave it as it is)."""
    await asyncio.sleep(0.6)
    print(load, "dried")
    return load


async def iron(load: str) -> str:
    """The ironing machine (leave it as it is)."""
    await asyncio.sleep(0.3)
    print(load, "ironed")
    return load


async def laundry(loads: list[str]) -> list[str]:
    async def one(load: str) -> str:
        async with asyncio.Lock():
            wet = await wash(load)
        async with asyncio.Lock():
            creased = await dry(wet)
        async with asyncio.Lock():
            return await iron(creased)

    return list(await asyncio.gather(*map(one, loads)))


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
