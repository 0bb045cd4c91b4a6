"""Back-pressure.

The camera of a telescope is faster than the disk that stores its pictures. The pictures wait in memory, more and more
of them as the night goes on, and at two in the morning the memory is full. It has room for ROOM pictures; a picture
takes up room from the moment its exposure begins until it has been stored.

Once it is right, `python back_pressure.py` prints this (the seconds on the left count from the start and are not
printed):

    0.00   exposing 1
    0.15   exposing 2
    0.30   exposing 3
    0.65   stored 1
    0.65   exposing 4
    1.15   stored 2
    1.65   stored 3
    2.15   stored 4
    2.15   picture-1.fits, picture-2.fits, picture-3.fits, picture-4.fits

Leave alone: `ROOM`, `expose` and `store`.
ROOM can be any number from 3 up.

Required:
- the program exposes picture 4 when picture 1 is stored, and ends after about 2.15 s
- there are never more than ROOM pictures in memory
- night(count) exposes and stores the pictures 1 to count, each once, one at a time and in order, and returns what store
  returned, in order
- the camera begins the next exposure as soon as there is room for another picture
- the disk stores the next picture as soon as it has been exposed and the disk is free
- night returns when the last picture is stored, and leaves no task behind
- all of this holds for any night: slow pictures, slow disks, more room
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
