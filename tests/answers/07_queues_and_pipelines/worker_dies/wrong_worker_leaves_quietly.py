# Mistake: notes the damaged photo, but outside of the loop: the worker is gone.
# Caught by: after a damaged photo, its worker begins the next one at once

import asyncio

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


async def work(queue: asyncio.Queue[str], damaged: list[str]) -> None:
    photo = ""
    try:
        while not queue.empty():
            photo = queue.get_nowait()
            await archive(photo)
    except ValueError:
        damaged.append(photo)


async def archive_all(photos: list[str]) -> list[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for photo in photos:
        queue.put_nowait(photo)
    damaged: list[str] = []

    while not queue.empty():
        await asyncio.gather(*[work(queue, damaged) for _ in range(WORKERS)])
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
