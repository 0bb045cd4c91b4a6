# Mistake: looks every 10 ms whether both are done.
# Caught by: the program ends as soon as both tasks have ended

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
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
