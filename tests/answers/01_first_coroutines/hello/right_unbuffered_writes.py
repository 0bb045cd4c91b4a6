# Style: writes to the stream itself; the pause in two halves.

import asyncio
import sys


async def main() -> None:
    sys.stdout.write("Hello ...\n")
    sys.stdout.flush()
    for _ in range(2):
        await asyncio.sleep(0.5)
    sys.stdout.write("... World!\n")


if __name__ == "__main__":
    asyncio.run(main())
