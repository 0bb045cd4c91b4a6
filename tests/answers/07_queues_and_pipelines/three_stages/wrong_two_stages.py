# Mistake: washing overlaps with the rest, but drying and ironing are one stage.
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
    wet: asyncio.Queue[str] = asyncio.Queue()

    async def washing() -> None:
        for load in loads:
            await wet.put(await wash(load))

    async def finishing() -> list[str]:
        return [await iron(await dry(await wet.get())) for _ in loads]

    _, ready = await asyncio.gather(washing(), finishing())
    return ready


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
