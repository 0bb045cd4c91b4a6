# Mistake: half of the pause is awaited, half of it blocks.
# Shows: blocking-call
# Caught by: three greetings started together take one second, not three

import asyncio
import time


async def main() -> None:
    print("Hello ...")
    await asyncio.sleep(0.5)
    time.sleep(0.5)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
