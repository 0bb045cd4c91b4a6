"""Missed wake-up.

Customers wait in a bakery until the shelf holds enough bread for them. The baker rings a bell whenever a batch is on
the shelf. As handed out, one customer hears the bell and takes the loaves, even if there are not enough, while other
customers go on waiting although there is enough bread for them.

Once it is right, `python missed_wakeup.py` prints this (the seconds on the left count from the start and are not
printed):

    0.50   smith has 1
    0.90   jones has 2
    1.30   miller has 6

Leave alone: `BATCHES`, `CUSTOMERS`, `bake` and `pack`.
In the end the baker has always baked enough for everybody.

Required:
- the three lines come at the times shown
- customers never take more loaves than the shelf holds
- each customer gets everything at once: one pack, which begins at the moment when the loaves are taken
- nobody waits while the shelf holds enough for them, even if others have waited longer for more; nobody is served early
- the baker and the other customers go on while somebody's bread is packed
- all of this holds for any batches and customers, however long the packing takes
- main returns when all batches are baked and everybody is served
"""

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
        self.bell = asyncio.Condition()


async def fill(shelf: Shelf) -> None:
    for number in range(BATCHES):
        loaves = await bake(number)
        async with shelf.bell:
            shelf.loaves += loaves
            shelf.bell.notify()


async def buy(shelf: Shelf, customer: str, wants: int, comes: float) -> None:
    await asyncio.sleep(comes)
    async with shelf.bell:
        if shelf.loaves < wants:
            await shelf.bell.wait()
        shelf.loaves -= wants
    await pack(customer, wants)
    print(customer, "has", wants)


async def main() -> None:
    shelf = Shelf()
    await asyncio.gather(fill(shelf), *[buy(shelf, *customer) for customer in CUSTOMERS])


if __name__ == "__main__":
    asyncio.run(main())
