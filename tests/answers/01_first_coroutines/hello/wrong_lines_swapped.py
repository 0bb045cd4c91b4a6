# Mistake: the lines come the other way round.
# Caught by: the program prints the two lines, and nothing else

import asyncio


async def main() -> None:
    print("... World!")
    await asyncio.sleep(1)
    print("Hello ...")


if __name__ == "__main__":
    asyncio.run(main())
