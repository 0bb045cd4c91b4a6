# Style: three endless workers; each queue is joined in turn, then they are cancelled.

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
    dirty: asyncio.Queue[str] = asyncio.Queue()
    wet: asyncio.Queue[str] = asyncio.Queue()
    creased: asyncio.Queue[str] = asyncio.Queue()
    ready: list[str] = []

    async def washing() -> None:
        while True:
            wet.put_nowait(await wash(await dirty.get()))
            dirty.task_done()

    async def drying() -> None:
        while True:
            creased.put_nowait(await dry(await wet.get()))
            wet.task_done()

    async def ironing() -> None:
        while True:
            ready.append(await iron(await creased.get()))
            creased.task_done()

    workers = [asyncio.create_task(work()) for work in (washing, drying, ironing)]
    for load in loads:
        dirty.put_nowait(load)
    for queue in (dirty, wet, creased):
        await queue.join()
    for worker in workers:
        worker.cancel()
    return ready


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
