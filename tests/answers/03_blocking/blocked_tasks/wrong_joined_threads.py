# Mistake: runs the tasks in threads, with a loop each, and blocks the first loop by waiting for them.
# Shows: blocking-call
# Caught by: the event loop is free while the tasks wait

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def task_a() -> None:
    print("Task A starts")
    time.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    time.sleep(1)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    with ThreadPoolExecutor() as pool:
        list(pool.map(asyncio.run, [task_a(), task_b()]))
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
