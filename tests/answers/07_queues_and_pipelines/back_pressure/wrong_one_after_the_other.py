# Mistake: exposes the next picture when the last is stored: the camera waits, the disk waits.
# Shows: sequential-await
# Caught by: the next exposure begins as soon as there is room

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
    return [await store(await expose(number)) for number in range(1, count + 1)]


if __name__ == "__main__":
    print(*asyncio.run(night(4)), sep=", ")
