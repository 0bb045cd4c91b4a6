# Mistake: prints what is expected.
# Caught by: nobody waits while the shelf holds enough for them

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


async def main() -> None:
    for pause, line in [(0.5, "smith has 1"), (0.4, "jones has 2"), (0.4, "miller has 6")]:
        await asyncio.sleep(pause)
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
