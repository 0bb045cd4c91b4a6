# Style: a semaphore counts the places: taken before the exposure, given back after storing.

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


async def camera(count: int, places: asyncio.Semaphore, pictures: asyncio.Queue[str | None]) -> None:
    for number in range(1, count + 1):
        await places.acquire()
        pictures.put_nowait(await expose(number))
    pictures.put_nowait(None)


async def night(count: int) -> list[str]:
    places = asyncio.Semaphore(ROOM)
    pictures: asyncio.Queue[str | None] = asyncio.Queue()
    files: list[str] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(camera(count, places, pictures))
        while (picture := await pictures.get()) is not None:
            files.append(await store(picture))
            places.release()
    return files


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
