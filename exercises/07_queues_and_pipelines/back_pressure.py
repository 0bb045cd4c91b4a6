"""Back-pressure.

The camera of a telescope is faster than the disk that stores its pictures. The pictures wait in memory, more and more
of them as the night goes on, and at two in the morning the computer has none left. There is room for ROOM pictures;
a picture takes its place from the moment its exposure begins until it has been stored.

Once it is right, `python back_pressure.py` prints this (on the left: seconds from the start, not printed):

    0.00   exposing 1
    0.15   exposing 2
    0.30   exposing 3
    0.65   stored 1
    0.65   exposing 4
    1.15   stored 2
    1.65   stored 3
    2.15   stored 4
    2.15   picture-1.fits, picture-2.fits, picture-3.fits, picture-4.fits

What may not change: ROOM, expose and store (when graded, another number from 3 up and other functions take their
place); night(count) has the pictures 1 to count exposed, one at a time, and stored, one at a time, in order. Never are
there more than ROOM, none is lost, and within that limit neither the camera nor the disk waits. night returns what
store returned, in order.
"""

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
