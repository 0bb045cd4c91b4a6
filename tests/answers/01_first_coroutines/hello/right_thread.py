# Style: a blocking sleep, but in a thread: the loop is free all the same.

import asyncio
import time


async def main() -> None:
    print("Hello ...")
    await asyncio.to_thread(time.sleep, 1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
