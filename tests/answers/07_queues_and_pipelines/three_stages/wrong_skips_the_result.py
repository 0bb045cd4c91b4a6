# Mistake: hands on the load itself, not what the machine returned.
# Caught by: every load goes through all three machines and comes out in order

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
            await wash(load)
        async with dryer:
            await dry(load)
        async with ironer:
            return await iron(load)

    return list(await asyncio.gather(*map(one, loads)))


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
