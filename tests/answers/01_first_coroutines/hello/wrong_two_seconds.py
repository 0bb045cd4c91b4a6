# Mistake: keeps the call that nobody awaits, and awaits two sleeps below it.
# Caught by: "... World!" comes one second after "Hello ..."

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.sleep(1)
    await asyncio.sleep(1)
    await asyncio.sleep(1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
