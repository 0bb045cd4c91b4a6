# Mistake: time.sleep makes the pause, and stops everything else as well.
# Shows: blocking-call
# Caught by: three greetings started together take one second, not three

import asyncio
import time


async def main() -> None:
    print("Hello ...")
    time.sleep(1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
