# Style: leaves on a queue, and a task of its own for the judging, which gives way after each

import asyncio
from collections import Counter


async def nudge() -> None:
    print("nudge")
    await asyncio.sleep(0.01)


def judge(leaf: str) -> str:
    """The kind of tea this leaf makes: about 0.01 s of arithmetic on its picture."""
    blemishes = sum(ord(leaf[n % len(leaf)]) * n % 7 for n in range(90_000))
    return ("first", "second", "dust")[blemishes % 3]


async def keep_moving() -> None:
    while True:
        await nudge()
        await asyncio.sleep(0.1)


class Sorter:
    def __init__(self, leaves: list[str]) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue()
        self.kinds: Counter[str] = Counter()
        for leaf in leaves:
            self.queue.put_nowait(leaf)

    async def work(self) -> None:
        while not self.queue.empty():
            leaf = await self.queue.get()
            self.kinds.update([judge(leaf)])
            await asyncio.sleep(0)


async def sort(leaves: list[str]) -> Counter[str]:
    sorter = Sorter(leaves)
    await asyncio.create_task(sorter.work())
    return sorter.kinds


async def main(leaves: list[str]) -> None:
    belt = asyncio.create_task(keep_moving())
    kinds = await sort(leaves)
    belt.cancel()
    print(f"first: {kinds['first']}, second: {kinds['second']}, dust: {kinds['dust']}")


if __name__ == "__main__":
    asyncio.run(main([f"leaf-{n}" for n in range(100)]))
