# Style: a task for each address, and a semaphore for the mailers.

import asyncio

MAILERS = 2
ADDRESSES = ["ada", "bob", "ada", "cleo", "bob", "dan"]
SECONDS = {"ada": 0.3, "bob": 0.5, "cleo": 0.5, "dan": 0.6}


async def send(address: str) -> None:
    """Send one letter (leave it as it is)."""
    await asyncio.sleep(SECONDS[address])
    print(f"sent to {address}")


async def send_all(addresses: list[str]) -> int:
    free = asyncio.Semaphore(MAILERS)

    async def one(address: str) -> None:
        async with free:
            await send(address)

    different = list(dict.fromkeys(addresses))
    await asyncio.gather(*map(one, different))
    return len(different)


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
