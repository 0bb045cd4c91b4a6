# Mistake: submits the sleep to a pool and waits for its result in the loop's thread.
# Shows: blocking-call
# Caught by: both tasks finish in about one second

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def task_a() -> None:
    print("Task A starts")
    ThreadPoolExecutor().submit(time.sleep, 1).result()
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    ThreadPoolExecutor().submit(time.sleep, 1).result()
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
