# Mistake: a timer thread prints the second line, main does not wait for it.
# Caught by: three greetings started together take one second, not three

import asyncio
import threading


async def main() -> None:
    print("Hello ...")
    threading.Timer(1, print, ["... World!"]).start()


if __name__ == "__main__":
    asyncio.run(main())
