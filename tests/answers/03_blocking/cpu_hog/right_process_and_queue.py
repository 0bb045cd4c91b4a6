# Style: a process started by hand, which sends its result through a pipe

import asyncio
import multiprocessing

MODULUS = (2**1279 - 1) * (2**607 - 1)


async def tick() -> None:
    print("tick")


def open_bid(base: int, squarings: int, modulus: int) -> int:
    return pow(base, 2**squarings, modulus) % 10_000


def work(end, base: int, squarings: int, modulus: int) -> None:
    end.send(open_bid(base, squarings, modulus))


async def run_clock() -> None:
    while True:
        await tick()
        await asyncio.sleep(0.1)


async def main(base: int, squarings: int, modulus: int) -> None:
    clock = asyncio.create_task(run_clock())
    ours, theirs = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.Process(target=work, args=(theirs, base, squarings, modulus))
    worker.start()
    price = await asyncio.to_thread(ours.recv)
    worker.join()
    clock.cancel()
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
