# Mistake: moved only one of the two sleeps: the other still holds the loop, though the sum is no longer.
# Shows: blocking-call
# Caught by: the event loop is free while the tasks wait

import asyncio
import time


async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    time.sleep(1)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
