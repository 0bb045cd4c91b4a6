# Style: no sleep at all: the loop's own timer sets a future.

import asyncio


async def main() -> None:
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    print("Hello ...")
    loop.call_later(1, over.set_result, None)
    await over
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
