# Style: the tasks wrapped by a class, run by asyncio.Runner, timed by the loop's clock.

import asyncio
from collections.abc import Awaitable, Callable


async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.sleep(1)
    print("Task B ends")


class Stopwatch:
    """Tells how long its block took, by the loop's clock."""

    async def __aenter__(self) -> None:
        self.start = asyncio.get_running_loop().time()

    async def __aexit__(self, *_: object) -> None:
        print(f"Executed in {asyncio.get_running_loop().time() - self.start:.2f} seconds")


async def together(*works: Callable[[], Awaitable[None]]) -> None:
    async with Stopwatch():
        for task in [asyncio.ensure_future(work()) for work in works]:
            await task


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(together(task_a, task_b))
