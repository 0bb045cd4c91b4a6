# Mistake: stores every picture in a task of its own: the queue stays short, but the disk gets them all at once.
# Caught by: every picture is exposed and stored once, one at a time, in order

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
    places = asyncio.Semaphore(ROOM)

    async def keep(picture: str) -> str:
        try:
            return await store(picture)
        finally:
            places.release()

    stored = []
    for number in range(1, count + 1):
        await places.acquire()
        stored.append(asyncio.create_task(keep(await expose(number))))
    return list(await asyncio.gather(*stored))


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
