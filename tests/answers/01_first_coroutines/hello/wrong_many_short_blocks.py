# Mistake: blocks in small pieces, with a yield between them.
# Shows: blocking-call
# Caught by: three greetings started together take one second, not three

import asyncio
import time


async def main() -> None:
    print("Hello ...")
    for _ in range(20):
        time.sleep(0.05)
        await asyncio.sleep(0)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
