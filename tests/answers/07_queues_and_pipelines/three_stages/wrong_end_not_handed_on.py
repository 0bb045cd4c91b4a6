# Mistake: the end is told to the first stage, which keeps it to itself.
# Shows: deadlock
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


async def stage(machine, before, after) -> None:
    while (load := await before.get()) is not None:
        await after.put(await machine(load))


async def laundry(loads: list[str]) -> list[str]:
    queues = [asyncio.Queue() for _ in range(4)]
    for load in [*loads, None]:
        queues[0].put_nowait(load)
    await asyncio.gather(*[stage(machine, *queues[n : n + 2]) for n, machine in enumerate((wash, dry, iron))])
    return [queues[3].get_nowait() for _ in loads]


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
