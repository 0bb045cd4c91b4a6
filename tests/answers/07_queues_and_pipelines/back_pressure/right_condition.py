# Style: a class with a deque, a count and a condition.

import asyncio
from collections import deque

ROOM = 3


async def expose(number: int) -> str:
    """Take a picture (leave it as it is)."""
    print(f"exposing {number}")
    await asyncio.sleep(0.15)
    return f"picture-{number}"


async def store(picture: str) -> str:
    """Write a picture to the disk and return the name of its file (leave it as it is)."""
    await asyncio.sleep(0.5)
    print("stored", picture.removeprefix("picture-"))
    return f"{picture}.fits"


class Memory:
    """Places for pictures."""

    def __init__(self, places: int) -> None:
        self.free = places
        self.waiting: deque[str] = deque()
        self.changed = asyncio.Condition()

    async def reserve(self) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: self.free > 0)
            self.free -= 1

    async def add(self, picture: str) -> None:
        async with self.changed:
            self.waiting.append(picture)
            self.changed.notify_all()

    async def take(self) -> str:
        async with self.changed:
            await self.changed.wait_for(lambda: self.waiting)
            return self.waiting.popleft()

    async def give_back(self) -> None:
        async with self.changed:
            self.free += 1
            self.changed.notify_all()


async def night(count: int) -> list[str]:
    memory = Memory(ROOM)

    async def camera() -> None:
        for number in range(1, count + 1):
            await memory.reserve()
            await memory.add(await expose(number))

    taking = asyncio.create_task(camera())
    files = []
    for _ in range(count):
        files.append(await store(await memory.take()))
        await memory.give_back()
    await taking
    return files


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
