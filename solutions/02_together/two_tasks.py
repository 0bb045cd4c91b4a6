"""Two tasks at once.

Two tasks wait one second each, and neither needs the other. As handed out, the program runs one after the other. It
takes two seconds, and the second of them is wasted.

Once it is right, `python two_tasks.py` prints this (on the left: seconds from the start, not printed):

    0.00   Task A starts
    0.00   Task B starts
    1.00   Task A ends
    1.00   Task B ends
    1.00   Executed in 1.00 seconds

Leave alone: `task_a` and `task_b`.

Required:
- the program prints the five lines, in this order
- the program takes about 1 s, not 2 s
- the last line comes when both tasks have ended
- the last line shows the time that really passed
- the program ends as soon as both tasks have ended
"""

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


async def run_tasks_async() -> None:
    start = time.perf_counter()
    # gather makes a task of each coroutine, so both start at once, and then waits for both. An `await task_a()` alone
    # would run A to its end before the next line starts B.
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
