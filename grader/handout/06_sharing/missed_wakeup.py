"""Missed wake-up.

Customers wait in a bakery until there is enough bread on the shelf for them. The baker rings a bell when a batch is on
it. Whoever hears the bell takes what they came for, whether it is there or not; and those who do not hear it stand
there although there is bread enough for them.

Once it is right, `python missed_wakeup.py` prints this (on the left: seconds from the start, not printed):

    0.50   smith has 1
    0.90   jones has 2
    1.30   miller has 6

What may not change: BATCHES, CUSTOMERS, bake and pack (when graded, others take their place; the bread is always
enough for all in the end). Every customer gets everything at once: one pack, which begins when it has been taken from
the shelf. More than there is can never be taken. Nobody waits while the shelf holds enough for them, whoever else may
be waiting for more. While somebody's bread is packed, others are served and the next batch is baked.
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
