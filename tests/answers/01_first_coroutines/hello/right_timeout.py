# Style: waits for something that never happens, for a second at most.

import asyncio


async def main() -> None:
    print("Hello ...")
    try:
        async with asyncio.timeout(1):
            await asyncio.Event().wait()
    except TimeoutError:
        print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
