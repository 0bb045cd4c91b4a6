"""Slow callback.

The jobs of a lighthouse share an event loop, and sometimes the lamp turns late. Then watch pages the keeper: it says
that the loop was held up, but not by what. With thirty jobs on the loop, nobody knows where to look.

Once it is right, `python slow_callback.py` prints this and pages nobody (the seconds on the left are not printed):

    0.00   lamp turns
    0.30   lamp turns
    0.60   lamp turns
    0.70   stored: wind 4
    0.90   lamp turns
    1.20   lamp turns
    1.40   stored: wind 5

Leave alone: `LIMIT_S`, `page`, `measure_wind`, `store`, `turn_lamp` and `main`.
(When graded, other jobs run, with their own tasks and callbacks. Environment variables have no effect then.)

Required:
- the program prints these lines, at these times
- the jobs of this file do not hold up the event loop; one entry is stored after the other
- run_jobs(jobs) runs all jobs at the same time, and returns when they have ended
- when a step of a task or a callback holds the event loop up for LIMIT_S or longer, the keeper is paged once, at once
- the text of the page names the job, the task or the callback function that held the loop up, and no other; it also
  gives the time, such as "0.25 s" or "0.250 seconds"
- nobody is paged for anything else; other errors and warnings that asyncio logs reach standard error as before
- all of that holds each time run_jobs is called
"""

import asyncio
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
        store(f"wind {await measure_wind(hour)}")


async def watch() -> None:
    while True:
        begin = time.monotonic()
        await asyncio.sleep(0.05)
        late = time.monotonic() - begin - 0.05
        if late >= LIMIT_S:
            page(f"something held the event loop up for {late:.2f} s")


async def run_jobs(jobs: dict[str, Callable[[], Coroutine[None, None, None]]]) -> None:
    watcher = asyncio.create_task(watch())
    await asyncio.gather(*(job() for job in jobs.values()))
    watcher.cancel()


async def main() -> None:
    await run_jobs({"lamp": turn_lamp, "log book": keep_log})


if __name__ == "__main__":
    asyncio.run(main())
