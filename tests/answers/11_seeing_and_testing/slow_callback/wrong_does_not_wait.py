# Mistake: starts the jobs and returns when the first has ended.
# Caught by: nobody is paged for anything else, and the log is complete
# Caught by: all of this holds for any jobs, tasks and callbacks, each time

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Coroutine

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


async def keep_log() -> None:
    for hour in (1, 2):
        await asyncio.to_thread(store, f"wind {await measure_wind(hour)}")


def page_stalls(record):
    if record.getMessage().startswith("Executing "):
        page(record.getMessage())
    return True


async def run_jobs(jobs: dict[str, Callable[[], Coroutine[None, None, None]]]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = LIMIT_S
    logging.getLogger("asyncio").addFilter(page_stalls)
    tasks = [asyncio.create_task(job(), name=name) for name, job in jobs.items()]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def main() -> None:
    await run_jobs({"lamp": turn_lamp, "log book": keep_log})


if __name__ == "__main__":
    asyncio.run(main())
