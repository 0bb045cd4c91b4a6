# Mistake: gather, but the waiting is done by time.sleep, which blocks the loop.
# Shows: blocking-call
# Caught by: the program takes about 1 s, not 2 s

import asyncio
import time


async def task_a() -> None:
    print("Task A starts")
    time.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    time.sleep(1)
    print("Task B ends")


async def run_tasks_async() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
