# Mistake: moved only one of the two sleeps: the other still holds the loop, though the sum is no longer.
# Shows: blocking-call
# Caught by: the event loop is free while the tasks wait

"""Two tasks, each with one second of waiting to do, were meant to wait at the same time.

Once it is right, the program prints this, and the two starts come at once:

    Task A starts
    Task B starts
    Task A ends
    Task B ends
    Executed in 1.00 seconds

Today it takes 2.01 seconds, and task B does not start before task A has ended.

What may not change: `task_a`, `task_b` and `main` are coroutine functions without arguments; each task prints its two
lines, one second apart; `main` runs both tasks, and leaves the event loop free for others while they wait.
"""

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
