# Mistake: a lock around the whole greeting, "so that two do not get mixed up".
# Caught by: three greetings started together take one second, not three

import asyncio

lock = asyncio.Lock()


async def main() -> None:
    async with lock:
        print("Hello ...")
        await asyncio.sleep(1)
        print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
