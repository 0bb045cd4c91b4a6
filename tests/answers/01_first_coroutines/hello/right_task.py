# Style: the pause is a task that started before the first line; progress goes to standard error.

import asyncio
import sys


async def main() -> None:
    pause = asyncio.create_task(asyncio.sleep(1), name="pause")
    print("Hello ...")
    print("pausing", file=sys.stderr)
    await pause
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
