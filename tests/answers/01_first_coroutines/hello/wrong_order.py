# Mistake: waits before the first line.
# Caught by: "... World!" comes one second after "Hello ..."

import asyncio


async def main() -> None:
    await asyncio.sleep(1)
    print("Hello ...")
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
