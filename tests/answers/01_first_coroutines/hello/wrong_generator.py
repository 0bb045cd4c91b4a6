# Mistake: yields the sleep: main is no coroutine function any more.
# Caught by: the program prints the two lines, and nothing else

import asyncio


async def main() -> None:
    print("Hello ...")
    yield asyncio.sleep(1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
