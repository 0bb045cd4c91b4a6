# Mistake: washes the next load while this one is dried and ironed, but no further.
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
    ready: list[str] = []
    washing = asyncio.create_task(wash(loads[0])) if loads else None
    for nth in range(len(loads)):
        wet = await washing
        if nth + 1 < len(loads):
            washing = asyncio.create_task(wash(loads[nth + 1]))
        ready.append(await iron(await dry(wet)))
    return ready


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
