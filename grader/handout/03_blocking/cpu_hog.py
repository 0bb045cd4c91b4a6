"""A bid behind a puzzle

In an auction, each bid is locked in a puzzle, which takes about a second of computing to open. Meanwhile the clock on
the wall has to go on. As handed out, it does not tick once. Once it is right, it ticks every 0.1 s until the bid is
open:

    tick
    tick
    ...
    tick
    the bid is 7689

Leave alone: `MODULUS`, `tick` and `run_clock`.
The grader runs main with another modulus, whose factors your program does not know: the bid has to be computed.

Required of the coroutine function `main(base, squarings, modulus)`:
- it prints `the bid is` and the last four digits of what `base` becomes when it is squared `squarings` times, modulo
  `modulus`; you decide where and how that is computed
- the clock ticks from the start until the bid is open, with no gap longer than 0.3 s
- the clock stops when main returns
"""

import asyncio

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
    price = open_bid(base, squarings, modulus)
    clock.cancel()
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
