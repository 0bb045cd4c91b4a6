# Style: no join: the queue is filled before, so a mailer ends when it is empty; gather waits for them.

import asyncio

MAILERS = 2
ADDRESSES = ["ada", "bob", "ada", "cleo", "bob", "dan"]
SECONDS = {"ada": 0.3, "bob": 0.5, "cleo": 0.5, "dan": 0.6}


async def send(address: str) -> None:
    """Send one letter (leave it as it is)."""
    await asyncio.sleep(SECONDS[address])
    print(f"sent to {address}")


async def mailer(queue: asyncio.Queue[str], reached: set[str]) -> int:
    sent = 0
    while not queue.empty():
        address = queue.get_nowait()
        if address not in reached:
            reached.add(address)
            await send(address)
            sent += 1
    return sent


async def send_all(addresses: list[str]) -> int:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for address in addresses:
        queue.put_nowait(address)
    reached: set[str] = set()
    return sum(await asyncio.gather(*[mailer(queue, reached) for _ in range(MAILERS)]))


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
