# Style: each task in a thread with a loop of its own: more than needed, but both wait at the same time.

import asyncio
import time
from collections.abc import Callable, Coroutine


async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.sleep(1)
    print("Task B ends")


async def run_tasks_async() -> None:
    start = time.perf_counter()

    def run(work: Callable[[], Coroutine[None, None, None]]) -> None:
        asyncio.run(work())

    first = asyncio.create_task(asyncio.to_thread(run, task_a))
    await asyncio.sleep(0.05)  # two threads promise no order
    await asyncio.gather(first, asyncio.to_thread(run, task_b))
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
