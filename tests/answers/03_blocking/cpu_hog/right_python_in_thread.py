# Style: a thread, but with the squaring in Python: between two steps the interpreter's lock is free

import asyncio

MODULUS = (2**1279 - 1) * (2**607 - 1)


async def tick() -> None:
    print("tick")


def open_bid(base: int, squarings: int, modulus: int) -> int:
    number = base
    for _ in range(squarings):
        number = number * number % modulus
    return number % 10_000


async def run_clock() -> None:
    while True:
        await tick()
        await asyncio.sleep(0.1)


async def main(base: int, squarings: int, modulus: int) -> None:
    clock = asyncio.create_task(run_clock())
    price = await asyncio.to_thread(open_bid, base, squarings, modulus)
    clock.cancel()
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
