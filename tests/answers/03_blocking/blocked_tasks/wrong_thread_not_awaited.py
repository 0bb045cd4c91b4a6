# Mistake: calls to_thread without await: the sleep never happens.
# Shows: never-awaited
# Caught by: both tasks finish in about one second

import asyncio
import time


async def task_a() -> None:
    print("Task A starts")
    asyncio.to_thread(time.sleep, 1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    asyncio.to_thread(time.sleep, 1)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
