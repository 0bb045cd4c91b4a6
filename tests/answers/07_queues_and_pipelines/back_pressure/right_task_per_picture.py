# Style: no queue: a task stores each picture behind a lock; the camera waits for the task ROOM pictures back.

import asyncio

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


async def night(count: int) -> list[str]:
    disk = asyncio.Lock()

    async def keep(picture: str) -> str:
        async with disk:
            return await store(picture)

    stored: list[asyncio.Task[str]] = []
    for number in range(1, count + 1):
        if number > ROOM:
            await stored[number - ROOM - 1]
        stored.append(asyncio.create_task(keep(await expose(number))))
    return [await task for task in stored]


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
