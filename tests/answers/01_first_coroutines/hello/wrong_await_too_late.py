# Mistake: awaits the sleep after the second line: the second passes, the lines come together.
# Caught by: "... World!" comes one second after "Hello ..."

import asyncio


async def main() -> None:
    print("Hello ...")
    pause = asyncio.sleep(1)
    print("... World!")
    await pause


if __name__ == "__main__":
    asyncio.run(main())
