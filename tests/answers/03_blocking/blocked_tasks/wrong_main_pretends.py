# Mistake: the tasks still block; main prints their lines itself, and calls them only where they were exchanged.
# Shows: blocking-call
# Caught by: the event loop is free while the tasks wait

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


own_tasks = (task_a, task_b)


async def pretend(letter: str) -> None:
    print(f"Task {letter} starts")
    await asyncio.sleep(1)
    print(f"Task {letter} ends")


async def main() -> None:
    start = time.perf_counter()
    if (task_a, task_b) == own_tasks:
        await asyncio.gather(pretend("A"), pretend("B"))
    else:
        await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
