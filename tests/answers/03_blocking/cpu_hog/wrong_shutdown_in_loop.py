# Mistake: awaits nothing: submits the work and lets the end of the with block wait for it.
# Shows: blocking-call
# Caught by: the clock ticks until the bid is open, with no gap longer than 0.3 s

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
    clock = asyncio.create_task(run_clock())
    with ProcessPoolExecutor() as pool:
        future = asyncio.get_running_loop().run_in_executor(pool, open_bid, base, squarings, modulus)
    price = await future
    clock.cancel()
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
