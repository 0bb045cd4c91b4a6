# Style: one thread writes the log book; the pager is an object that is taken off the logger at the end.

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

LIMIT_S = 0.2


def page(text: str) -> None:
    print(f"page: {text}", file=sys.stderr)


async def measure_wind(hour: int) -> int:
    """Measure the force of the wind (leave it as it is)."""
    await asyncio.sleep(0.2)
    return 3 + hour


def store(entry: str) -> None:
    """Store an entry of the log book (leave it as it is). The disk is slow."""
    time.sleep(0.5)
    print(f"stored: {entry}")


async def turn_lamp() -> None:
    for _ in range(5):
        print("lamp turns")
        await asyncio.sleep(0.3)


writer = ThreadPoolExecutor(1)


async def keep_log() -> None:
    for hour in (1, 2):
        wind = await measure_wind(hour)
        await asyncio.get_running_loop().run_in_executor(writer, store, f"wind {wind}")


class Stalls:
    def __init__(self) -> None:
        self.logger = logging.getLogger("asyncio")

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self.before = loop.get_debug(), loop.slow_callback_duration
        loop.set_debug(True)
        loop.slow_callback_duration = LIMIT_S
        self.logger.addFilter(self)

    def __exit__(self, *_: object) -> None:
        loop = asyncio.get_running_loop()
        self.logger.removeFilter(self)
        debug, loop.slow_callback_duration = self.before
        loop.set_debug(debug)

    def filter(self, record: logging.LogRecord) -> bool:
        stall = record.levelno == logging.WARNING and str(record.msg).startswith("Executing")
        if stall:
            what, seconds = record.args
            page(f"{what} held the event loop up for {seconds:.2f} s")
        return not stall


async def run_jobs(jobs: dict[str, Callable[[], Coroutine[None, None, None]]]) -> None:
    with Stalls():
        tasks = {asyncio.create_task(job(), name=name) for name, job in jobs.items()}
        if tasks:
            await asyncio.wait(tasks)


async def main() -> None:
    await run_jobs({"lamp": turn_lamp, "log book": keep_log})


if __name__ == "__main__":
    asyncio.run(main())
