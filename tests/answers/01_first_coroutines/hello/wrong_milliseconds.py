# Mistake: takes the argument of sleep for milliseconds.
# Caught by: "... World!" comes one second after "Hello ..."

import asyncio


async def main() -> None:
    print("Hello ...")
    await asyncio.sleep(1000)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
