# Style: a second Python, started as a child process

import asyncio
import sys
from asyncio.subprocess import PIPE

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
    code = f"print(pow({base}, 2**{squarings}, {modulus}) % 10_000)"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=PIPE)
    output, _ = await child.communicate()
    price = int(output)
    clock.cancel()
    print(f"the bid is {price}")


if __name__ == "__main__":
    asyncio.run(main(2026, 100_000, MODULUS))
