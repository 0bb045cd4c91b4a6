# Mistake: keeps what is ready by name, so that of two loads of the same name one is lost.
# Caught by: all of this holds, whichever machine is slow

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
    locks = {machine: asyncio.Lock() for machine in (wash, dry, iron)}
    ready = {}

    async def one(name):
        load = name
        for machine in (wash, dry, iron):
            async with locks[machine]:
                load = await machine(load)
        ready[name] = load

    await asyncio.gather(*[one(load) for load in loads])
    return [ready[load] for load in dict.fromkeys(loads)]


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
