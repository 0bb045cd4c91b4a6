# Mistake: queues of one place: the washing machine waits for the dryer.
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
    wet: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
    creased: asyncio.Queue[str] = asyncio.Queue(maxsize=1)

    async def washing() -> None:
        for load in loads:
            await wet.put(await wash(load))

    async def drying() -> None:
        for _ in loads:
            await creased.put(await dry(await wet.get()))

    async def ironing() -> list[str]:
        return [await iron(await creased.get()) for _ in loads]

    _, _, ready = await asyncio.gather(washing(), drying(), ironing())
    return ready


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
