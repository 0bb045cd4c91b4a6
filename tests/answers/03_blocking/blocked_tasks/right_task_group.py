# Style: a TaskGroup, and the start time from the loop

import asyncio


async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.sleep(1)
    print("Task B ends")


async def main() -> None:
    start = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        group.create_task(task_a())
        group.create_task(task_b())
    seconds = asyncio.get_running_loop().time() - start
    print(f"Executed in {seconds:0.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
