# Style: both tasks share a helper, and progress goes to standard error

import asyncio
import sys
import time


async def work(name: str) -> None:
    print(f"Task {name} starts")
    print(f"[{name} is waiting]", file=sys.stderr)
    await asyncio.sleep(1)
    print(f"Task {name} ends")


async def task_a() -> None:
    await work("A")


async def task_b() -> None:
    await work("B")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(task_a(), task_b())
    seconds = time.perf_counter() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
