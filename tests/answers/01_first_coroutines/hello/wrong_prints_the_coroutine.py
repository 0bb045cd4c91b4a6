# Mistake: prints what sleep returned, to see what is going on.
# Shows: never-awaited
# Caught by: the program prints the two lines, and nothing else

import asyncio


async def main() -> None:
    print("Hello ...")
    print(asyncio.sleep(1))
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
