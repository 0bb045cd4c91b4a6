# Mistake: no bell: everybody checks a thousand times a second.
# Caught by: with any batches and customers, each is served as soon as possible

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
            shelf.bell.notify_all()


async def buy(shelf: Shelf, customer: str, wants: int, comes: float) -> None:
    await asyncio.sleep(comes)
    while shelf.loaves < wants:
        await asyncio.sleep(0.001)
    async with shelf.bell:
        pass
        shelf.loaves -= wants
    await pack(customer, wants)
    print(customer, "has", wants)


async def main() -> None:
    shelf = Shelf()
    await asyncio.gather(fill(shelf), *[buy(shelf, *customer) for customer in CUSTOMERS])


if __name__ == "__main__":
    asyncio.run(main())
