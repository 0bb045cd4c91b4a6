# Style: a task for each load, and a lock, which is fair, for each machine.

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
    washer, dryer, ironer = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()

    async def one(load: str) -> str:
        async with washer:
            wet = await wash(load)
        async with dryer:
            creased = await dry(wet)
        async with ironer:
            return await iron(creased)

    return list(await asyncio.gather(*map(one, loads)))


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
