# Mistake: runs the sleep with asyncio.run, inside a running loop.
# Shows: nested-run
# Caught by: the program prints the two lines, and nothing else

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.run(asyncio.sleep(1))
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
