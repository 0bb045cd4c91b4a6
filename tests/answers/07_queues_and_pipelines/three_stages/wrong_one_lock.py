# Mistake: one lock for all three machines: one load at a time again.
# Shows: lock-too-wide
# Caught by: every machine starts as soon as it is free and the load is there

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
    machines = asyncio.Lock()

    async def one(load: str) -> str:
        async with machines:
            return await iron(await dry(await wash(load)))

    return list(await asyncio.gather(*map(one, loads)))


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
