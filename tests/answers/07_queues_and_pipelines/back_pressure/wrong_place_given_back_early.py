# Mistake: gives the place back when the disk takes the picture, not when it is stored.
# Caught by: there are never more than ROOM pictures in memory

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


async def camera(count: int, places: asyncio.Semaphore, pictures: asyncio.Queue[str]) -> None:
    for number in range(1, count + 1):
        await places.acquire()
        await pictures.put(await expose(number))


async def night(count: int) -> list[str]:
    places = asyncio.Semaphore(ROOM)
    pictures: asyncio.Queue[str] = asyncio.Queue()
    taking = asyncio.create_task(camera(count, places, pictures))
    files = []
    for _ in range(count):
        picture = await pictures.get()
        places.release()
        files.append(await store(picture))
    await taking
    return files


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
