# Mistake: waits until everything is washed, and then cancels the other machines as well.
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
    while True:
        after.put_nowait(await machine(await before.get()))
        before.task_done()


async def laundry(loads: list[str]) -> list[str]:
    queues = [asyncio.Queue() for _ in range(4)]
    workers = [asyncio.create_task(stage(machine, *queues[n : n + 2])) for n, machine in enumerate((wash, dry, iron))]
    for load in loads:
        queues[0].put_nowait(load)
    await queues[0].join()
    for worker in workers:
        worker.cancel()
    return [queues[3].get_nowait() for _ in range(queues[3].qsize())]


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
