# Mistake: moves the slow call off the loop, and leaves the watching task as it is.
# Caught by: the keeper is paged at once, with the name and the time
# Caught by: all of this holds for any jobs, tasks and callbacks, each time

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
        await asyncio.to_thread(store, f"wind {await measure_wind(hour)}")


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
