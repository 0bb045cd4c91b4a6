# Style: measures each step of the loop by itself, where the loop runs it.

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


def what(callback) -> str:
    owner = getattr(callback, "__self__", None)
    return f"task {owner.get_name()}" if isinstance(owner, asyncio.Task) else f"callback {callback.__qualname__}"


async def run_jobs(jobs: dict[str, Callable[[], Coroutine[None, None, None]]]) -> None:
    loop, run = asyncio.get_running_loop(), asyncio.Handle._run

    def timed(handle):
        begin, callback = loop.time(), handle._callback
        run(handle)
        if (took := loop.time() - begin) >= LIMIT_S:
            page(f"{what(callback)} took {took:.2f} s (limit: {LIMIT_S} s)")

    asyncio.Handle._run = timed
    try:
        async with asyncio.TaskGroup() as group:
            for name, job in jobs.items():
                group.create_task(job()).set_name(name)
    finally:
        asyncio.Handle._run = run


async def main() -> None:
    await run_jobs({"lamp": turn_lamp, "log book": keep_log})


if __name__ == "__main__":
    asyncio.run(main())
