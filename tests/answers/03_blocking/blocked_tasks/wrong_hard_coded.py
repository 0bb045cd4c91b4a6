# Mistake: prints the lines from main, and waits once.
# Caught by: main runs task_a and task_b, at the same time

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


async def main() -> None:
    start = time.perf_counter()
    print("Task A starts")
    print("Task B starts")
    await asyncio.sleep(1)
    print("Task A ends")
    print("Task B ends")
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
