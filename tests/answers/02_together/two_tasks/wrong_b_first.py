# Mistake: both together, but B is started before A.
# Caught by: the program prints the five lines, in this order

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
    start = time.perf_counter()
    await asyncio.gather(task_b(), task_a())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
