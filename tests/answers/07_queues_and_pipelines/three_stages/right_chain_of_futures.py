# Style: a chain of futures, and a task for each machine that fulfils them; no type hints.

import asyncio
from collections.abc import Awaitable, Callable

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


async def laundry(loads):
    async def through(machine, before):
        done = []
        for coming in before:
            load = await coming
            task = asyncio.ensure_future(machine(load))
            done.append(task)
            await task
        return done

    def chain(machine, before):
        outs = [asyncio.get_running_loop().create_future() for _ in before]

        async def run():
            for coming, out in zip(before, outs):
                out.set_result(await machine(await coming))

        return outs, asyncio.ensure_future(run())

    async def now(load):
        return load

    stream, tasks = [asyncio.ensure_future(now(load)) for load in loads], []
    for machine in (wash, dry, iron):
        stream, task = chain(machine, stream)
        tasks.append(task)
    await asyncio.gather(*tasks)
    return [each.result() for each in stream]


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
