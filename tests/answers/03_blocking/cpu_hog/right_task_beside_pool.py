# Style: a pool that is closed in a finally, and a clock that stops by an event

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


async def tick_until(stop: asyncio.Event) -> None:
    while not stop.is_set():
        await tick()
        await asyncio.sleep(0.1)


async def main(base: int, squarings: int, modulus: int) -> None:
    stop = asyncio.Event()
    clock = asyncio.create_task(tick_until(stop))
    pool = ProcessPoolExecutor()
    try:
        future = asyncio.wrap_future(pool.submit(open_bid, base, squarings, modulus))
        price = await future
    finally:
        stop.set()
        pool.shutdown(wait=False)
    await clock
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
