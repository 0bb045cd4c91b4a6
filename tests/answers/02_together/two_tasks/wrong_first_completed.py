# Mistake: goes on when the first of the two has ended.
# Shows: leaked-task
# Caught by: the last line comes when both tasks have ended

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
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
