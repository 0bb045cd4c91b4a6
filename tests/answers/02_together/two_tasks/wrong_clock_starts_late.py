# Mistake: looks at the clock for the first time when the tasks have ended.
# Caught by: the last line shows the time that really passed

import asyncio
import time

async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.sleep(1)
    print("Task B ends")


async def run_tasks_async() -> None:
    await asyncio.gather(task_a(), task_b())
    start = time.perf_counter()
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
