# Style: a class for a machine that turns one stream into another, in the background.

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


class Stage:
    """A machine with its loads; iterate over it to get what comes out."""

    def __init__(self, machine, source) -> None:
        self.out: asyncio.Queue = asyncio.Queue()
        self.task = asyncio.create_task(self.run(machine, source))

    async def run(self, machine, source) -> None:
        async for load in source:
            self.out.put_nowait((await machine(load),))
        self.out.put_nowait(())

    async def __aiter__(self):
        while item := await self.out.get():
            yield item[0]


async def laundry(loads: list[str]) -> list[str]:
    async def dirty():
        for load in loads:
            yield load

    source = dirty()
    for machine in (wash, dry, iron):
        source = Stage(machine, source)
    return [load async for load in source]


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
