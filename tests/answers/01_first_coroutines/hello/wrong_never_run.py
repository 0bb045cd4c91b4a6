# Mistake: the sleep is awaited, but now main itself is only called.
# Shows: never-awaited
# Caught by: the program prints the two lines, and nothing else

import asyncio


async def main() -> None:
    print("Hello ...")
    await asyncio.sleep(1)
    print("... World!")


if __name__ == "__main__":
    main()
