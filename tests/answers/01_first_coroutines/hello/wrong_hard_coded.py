# Mistake: the program makes the right picture at the right time, main does nothing.
# Shows: never-awaited
# Caught by: "... World!" comes one second after "Hello ..."

import asyncio
import time


async def main() -> None:
    asyncio.sleep(1)


if __name__ == "__main__":
    print("Hello ...")
    asyncio.run(main())
    time.sleep(1)
    print("... World!")
