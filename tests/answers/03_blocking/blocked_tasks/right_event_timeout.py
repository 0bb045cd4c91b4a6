# Style: waits for an event that never comes, with a timeout, and creates the tasks by hand

import asyncio
import contextlib
import time


async def task_a() -> None:
    print("Task A starts")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), timeout=1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), timeout=1)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    tasks = [asyncio.create_task(task()) for task in (task_a, task_b)]
    await asyncio.wait(tasks)
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
