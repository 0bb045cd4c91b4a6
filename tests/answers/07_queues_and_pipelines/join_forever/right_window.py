# Style: a sliding window of tasks with asyncio.wait, in a class.

import asyncio

MAILERS = 2
ADDRESSES = ["ada", "bob", "ada", "cleo", "bob", "dan"]
SECONDS = {"ada": 0.3, "bob": 0.5, "cleo": 0.5, "dan": 0.6}


async def send(address: str) -> None:
    """Send one letter (leave it as it is)."""
    await asyncio.sleep(SECONDS[address])
    print(f"sent to {address}")


class Post:
    """Letters under way, MAILERS at most."""

    def __init__(self) -> None:
        self.under_way: set[asyncio.Task[None]] = set()
        self.reached: set[str] = set()

    async def post(self, address: str) -> None:
        if address in self.reached:
            return
        self.reached.add(address)
        while len(self.under_way) >= MAILERS:
            await self.some_done(asyncio.FIRST_COMPLETED)
        self.under_way.add(asyncio.create_task(send(address)))

    async def some_done(self, when: str) -> None:
        _, self.under_way = await asyncio.wait(self.under_way, return_when=when)


async def send_all(addresses: list[str]) -> int:
    post = Post()
    for address in addresses:
        await post.post(address)
    if post.under_way:
        await post.some_done(asyncio.ALL_COMPLETED)
    return len(post.reached)


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
