# Mistake: runs the sleep with asyncio.run, inside a running loop.
# Shows: nested-run
# Caught by: the program prints "Hello ..." and then "... World!"

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.run(asyncio.sleep(1))
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
