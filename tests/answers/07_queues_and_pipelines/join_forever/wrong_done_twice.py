# Mistake: says task_done in a finally, and for a double address once more.
# Shows: lost-exception
# Caught by: all of this holds for any list, mailers and letters

import asyncio

MAILERS = 2
ADDRESSES = ["ada", "bob", "ada", "cleo", "bob", "dan"]
SECONDS = {"ada": 0.3, "bob": 0.5, "cleo": 0.5, "dan": 0.6}


async def send(address: str) -> None:
    """Send one letter (leave it as it is)."""
    await asyncio.sleep(SECONDS[address])
    print(f"sent to {address}")


async def mailer(queue: asyncio.Queue[str], reached: set[str]) -> None:
    while True:
        address = await queue.get()
        try:
            if address in reached:
                queue.task_done()
                continue
            reached.add(address)
            await send(address)
        finally:
            queue.task_done()


async def send_all(addresses: list[str]) -> int:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for address in addresses:
        queue.put_nowait(address)
    reached: set[str] = set()
    mailers = [asyncio.create_task(mailer(queue, reached)) for _ in range(MAILERS)]
    await queue.join()
    for task in mailers:
        task.cancel()
    return len(reached)


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
