# Mistake: waits on a new line, and leaves the call that nobody awaits where it was.
# Shows: never-awaited
# Caught by: every coroutine is awaited, so Python has nothing to warn about

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.sleep(1)
    await asyncio.sleep(1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
