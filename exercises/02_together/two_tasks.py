"""Two tasks at once.

Two pieces of work wait one second each, and neither needs the other. They are run one after the other, so the
program takes two seconds, the second of which is wasted.

Once it is right, `python two_tasks.py` prints this (on the left: seconds from the start, not printed):

    0.00   Task A starts
    0.00   Task B starts
    1.00   Task A ends
    1.00   Task B ends
    1.00   Executed in 1.00 seconds

What may not change: task_a and task_b, their names and what they do (the grader also runs the program with a
task_a and a task_b of its own, which take other times); the lines printed; the last line tells the time it really took.
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
    await task_a()
    await task_b()
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(run_tasks_async())
