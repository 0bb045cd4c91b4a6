"""Two tasks, one after the other

Two tasks, each of which waits for one second, were meant to wait at the same time. As handed out, the program takes
2.01 seconds, and task B does not start before task A has ended. Once it is right, it prints this, and the two starts
come at once:

    Task A starts
    Task B starts
    Task A ends
    Task B ends
    Executed in 1.00 seconds

Required of the coroutine functions `task_a()`, `task_b()` and `main()`:
- task_a and task_b print their two lines, one second apart
- main runs task_a and task_b at the same time: both start before either ends, and both finish in about one second
- the last line shows the time that really passed
- the event loop is free for other tasks while the two tasks wait
"""

import asyncio
import time


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
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
