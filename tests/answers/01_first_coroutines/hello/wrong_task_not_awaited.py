# Mistake: a task is made of the sleep, and nobody waits for it.
# Shows: leaked-task
# Caught by: "... World!" comes one second after "Hello ..."

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.create_task(asyncio.sleep(1))
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
