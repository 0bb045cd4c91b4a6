# Mistake: put the blocking sleep into a coroutine and awaited that.
# Shows: blocking-call
# Caught by: both tasks finish in under 1.5 s

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


async def pause(seconds: float) -> None:
    time.sleep(seconds)


async def task_a() -> None:
    print("Task A starts")
    await pause(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await pause(1)
    print("Task B ends")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
