# Mistake: starts the clock when the tasks have finished.
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


async def main() -> None:
    await asyncio.gather(task_a(), task_b())
    start = time.perf_counter()
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
