# Mistake: looks every half second whether there is room again.
# Caught by: all of this holds for any night: slow pictures, slow disks, more room

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


async def camera(count: int, pictures: asyncio.Queue[str | None]) -> None:
    for number in range(1, count + 1):
        while pictures.qsize() > ROOM - 2:
            await asyncio.sleep(0.5)
        await pictures.put(await expose(number))
    await pictures.put(None)


async def disk(pictures: asyncio.Queue[str | None]) -> list[str]:
    files: list[str] = []
    while (picture := await pictures.get()) is not None:
        files.append(await store(picture))
    return files


async def night(count: int) -> list[str]:
    pictures: asyncio.Queue[str | None] = asyncio.Queue()
    _, files = await asyncio.gather(camera(count, pictures), disk(pictures))
    return files


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
