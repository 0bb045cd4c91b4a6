# Style: keeps time.sleep, each in a thread of its own

import asyncio
import time


async def task_a() -> None:
    print("Task A starts")
    await asyncio.to_thread(time.sleep, 1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.to_thread(time.sleep, 1)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
