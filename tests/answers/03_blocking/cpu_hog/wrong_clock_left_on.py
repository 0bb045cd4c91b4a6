# Mistake: never stops the clock.
# Caught by: the clock stops when main returns

import asyncio
from concurrent.futures import ProcessPoolExecutor

MODULUS = (2**1279 - 1) * (2**607 - 1)


async def tick() -> None:
    print("tick")


def open_bid(base: int, squarings: int, modulus: int) -> int:
    return pow(base, 2**squarings, modulus) % 10_000


async def run_clock() -> None:
    while True:
        await tick()
        await asyncio.sleep(0.1)


async def main(base: int, squarings: int, modulus: int) -> None:
    _clock = asyncio.create_task(run_clock())
    with ProcessPoolExecutor(max_workers=1) as pool:
        loop = asyncio.get_running_loop()
        price = await loop.run_in_executor(pool, open_bid, base, squarings, modulus)
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
