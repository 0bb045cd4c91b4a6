# Mistake: gather over the loads: the machines get all of them at once.
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
        return await iron(await dry(await wash(load)))

    return list(await asyncio.gather(*map(one, loads)))


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
