# Style: the pauses come from a generator; wait(FIRST_EXCEPTION) for the gauges.

import asyncio
from collections.abc import Iterator

GAUGES = ["north", "south"]
FIRST, MOST, STEADY = 0.2, 0.8, 1.0


async def listen(gauge: str, number: int) -> None:
    """One connection, until it is over or breaks (leave it as it is)."""
    if gauge == "north" and number < 3:
        await asyncio.sleep(0.1)
        print(f"{gauge}: connection {number} is broken")
        raise ConnectionError(f"connection {number} of {gauge}")
    await asyncio.sleep(0.4 if gauge == "north" else 0.6)
    print(f"{gauge}: over")


async def sign_off() -> None:
    await asyncio.sleep(0.3)
    print("signed off")


def pauses() -> Iterator[float]:
    pause = FIRST
    while True:
        yield min(pause, MOST)
        pause += pause


async def supervise(gauge: str) -> None:
    waits, number = pauses(), 0
    while True:
        number += 1
        begun = asyncio.get_running_loop().time()
        try:
            await listen(gauge, number)
        except ConnectionError:
            if asyncio.get_running_loop().time() - begun > STEADY:
                waits = pauses()
            await asyncio.sleep(next(waits))
        else:
            return


async def watch(gauges: list[str]) -> None:
    tasks = {asyncio.create_task(supervise(gauge)) for gauge in gauges}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
