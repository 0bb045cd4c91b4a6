# Style: a second queue with the free places, as trays that go round; join and cancel at the end.

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


async def camera(count: int, trays: asyncio.Queue[int], pictures: asyncio.Queue[tuple[int, str]]) -> None:
    for number in range(1, count + 1):
        tray = await trays.get()
        await pictures.put((tray, await expose(number)))


async def disk(trays: asyncio.Queue[int], pictures: asyncio.Queue[tuple[int, str]], files: list[str]) -> None:
    while True:
        tray, picture = await pictures.get()
        files.append(await store(picture))
        await trays.put(tray)
        pictures.task_done()


async def night(count: int) -> list[str]:
    trays: asyncio.Queue[int] = asyncio.Queue(ROOM)
    for tray in range(ROOM):
        trays.put_nowait(tray)
    pictures: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
    files: list[str] = []
    storing = asyncio.create_task(disk(trays, pictures, files))
    await camera(count, trays, pictures)
    await pictures.join()
    storing.cancel()
    return files


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
