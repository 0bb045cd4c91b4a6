# Style: a class keeps the pauses; gather and a finally keep the gauges.

import asyncio
import itertools
import time

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


class Backoff:
    """Pauses that grow, until something has gone well for a while."""

    def __init__(self) -> None:
        self.failures = 0

    def after(self, lasted: float) -> float:
        self.failures = 1 if lasted > STEADY else self.failures + 1
        return min(MOST, FIRST * 2 ** (self.failures - 1))


async def supervise(gauge: str) -> None:
    backoff = Backoff()
    for number in itertools.count(1):
        start = time.monotonic()
        try:
            await listen(gauge, number)
            break
        except ConnectionError:
            await asyncio.sleep(backoff.after(time.monotonic() - start))


async def watch(gauges: list[str]) -> None:
    tasks = [asyncio.create_task(supervise(gauge)) for gauge in gauges]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
