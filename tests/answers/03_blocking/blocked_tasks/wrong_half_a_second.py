# Mistake: keeps blocking and makes each task shorter.
# Shows: blocking-call
# Caught by: each task prints its two lines, one second apart

import asyncio
import time


async def task_a() -> None:
    print("Task A starts")
    time.sleep(0.5)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    time.sleep(0.5)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
