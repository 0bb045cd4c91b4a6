# Style: the one who fills the shelf serves those who fit, each by a future; a TaskGroup.

import asyncio

BATCHES = 3
CUSTOMERS = [("miller", 6, 0.0), ("jones", 2, 0.1), ("smith", 1, 0.2)]  # who wants how many, and comes after seconds
baked = packed = 0


async def bake(number: int) -> int:
    """Bake a batch; the number of its loaves (leave it as it is)."""
    global baked
    await asyncio.sleep(0.4)
    baked += [1, 2, 6][number]
    return [1, 2, 6][number]


async def pack(customer: str, loaves: int) -> None:
    """Pack loaves from the shelf (leave it as it is)."""
    global packed
    packed += loaves
    if packed > baked:
        raise RuntimeError(f"there are no {loaves} loaves for {customer}")
    await asyncio.sleep(0.1)


class Shelf:
    def __init__(self) -> None:
        self.loaves = 0
        self.waiting: list[tuple[int, asyncio.Future[None]]] = []

    def add(self, loaves: int) -> None:
        self.loaves += loaves
        still = []
        for wants, served in self.waiting:
            if wants <= self.loaves:
                self.loaves -= wants
                served.set_result(None)
            else:
                still.append((wants, served))
        self.waiting = still

    async def take(self, wants: int) -> None:
        served: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((wants, served))
        self.add(0)
        await served


async def main() -> None:
    shelf = Shelf()

    async def buy(customer: str, wants: int, comes: float) -> None:
        await asyncio.sleep(comes)
        await shelf.take(wants)
        await pack(customer=customer, loaves=wants)
        print(f"{customer} has {wants}")

    async with asyncio.TaskGroup() as group:
        for customer in CUSTOMERS:
            group.create_task(buy(*customer))
        for number in range(BATCHES):
            shelf.add(await bake(number))


if __name__ == "__main__":
    asyncio.run(main())
