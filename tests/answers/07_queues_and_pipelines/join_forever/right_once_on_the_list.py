# Style: double addresses never enter the queue; the mailers run in a TaskGroup.

import asyncio

MAILERS = 2
ADDRESSES = ["ada", "bob", "ada", "cleo", "bob", "dan"]
SECONDS = {"ada": 0.3, "bob": 0.5, "cleo": 0.5, "dan": 0.6}


async def send(address: str) -> None:
    """Send one letter (leave it as it is)."""
    await asyncio.sleep(SECONDS[address])
    print(f"sent to {address}")


async def mailer(queue: asyncio.Queue[str]) -> None:
    while True:
        await send(await queue.get())
        queue.task_done()


async def send_all(addresses: list[str]) -> int:
    queue: asyncio.Queue[str] = asyncio.Queue()
    different = dict.fromkeys(addresses)
    for address in different:
        queue.put_nowait(address)
    async with asyncio.TaskGroup() as group:
        mailers = [group.create_task(mailer(queue)) for _ in range(MAILERS)]
        await queue.join()
        for task in mailers:
            task.cancel()
    return len(different)


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
