# Mistake: starts both tasks, and waits for them with time.sleep, which blocks the loop.
# Shows: blocking-call
# Caught by: the program takes about 1 s, not 2 s

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
    tasks = [asyncio.create_task(task_a()), asyncio.create_task(task_b())]
    time.sleep(1)
    await asyncio.gather(*tasks)
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
