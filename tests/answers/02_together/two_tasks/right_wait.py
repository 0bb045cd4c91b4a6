# Style: asyncio.wait on two tasks, another name for the entry, progress on standard error.

import asyncio
import sys
import time


async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.sleep(1)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    tasks = [asyncio.create_task(work()) for work in (task_a, task_b)]
    print("waiting", file=sys.stderr)
    done, _ = await asyncio.wait(tasks)
    for task in done:
        task.result()
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
