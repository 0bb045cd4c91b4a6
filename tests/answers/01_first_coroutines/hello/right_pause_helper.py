# Style: the pause is a coroutine function of its own.

import asyncio


async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def main() -> None:
    print("Hello ...")
    await pause(1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
