# Mistake: prints the time that the program was meant to take.
# Caught by: the last line shows the time that really passed

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
    await asyncio.gather(task_a(), task_b())
    print("Executed in 1.00 seconds")


if __name__ == "__main__":
    asyncio.run(main())
