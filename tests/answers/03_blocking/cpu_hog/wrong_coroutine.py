# Mistake: made the computation a coroutine.
# Shows: blocking-call
# Caught by: the clock ticks until the bid is open, with no gap above 0.3 s

"""An auction with sealed bids: a bid is locked in a puzzle that takes about a second of computing to open.

Meanwhile the clock on the wall has to go on. Once it is right, it ticks every 0.1 s until the bid is open:

    tick
    tick
    ...
    tick
    the bid is 7689

Today it does not tick once.

What may not change: `main(base, squarings, modulus)` is a coroutine function that prints `the bid is ...`, the last
four digits of the number that `base` becomes when it is squared `squarings` times, modulo `modulus`. There is no short
cut, so it has to be computed; where and how is up to you. Until then `tick` (leave it as it is) is called every 0.1 s;
gaps of up to 0.3 s are overlooked.
"""

import asyncio

MODULUS = (2**1279 - 1) * (2**607 - 1)


async def tick() -> None:
    print("tick")


async def open_bid(base: int, squarings: int, modulus: int) -> int:
    return pow(base, 2**squarings, modulus) % 10_000


async def run_clock() -> None:
    while True:
        await tick()
        await asyncio.sleep(0.1)


async def main(base: int, squarings: int, modulus: int) -> None:
    clock = asyncio.create_task(run_clock())
    price = await open_bid(base, squarings, modulus)
    clock.cancel()
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
