# Style: no queue and no lock: each task waits for the two that it depends on.

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


async def after(machine, load, before):
    item = load if isinstance(load, str) else await load
    if before:
        await before
    return await machine(item)


async def laundry(loads: list[str]) -> list[str]:
    async with asyncio.TaskGroup() as group:
        current = list(loads)
        for machine in (wash, dry, iron):
            before = None
            for nth, load in enumerate(current):
                before = current[nth] = group.create_task(after(machine, load, before))
    return [task.result() for task in current]


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
