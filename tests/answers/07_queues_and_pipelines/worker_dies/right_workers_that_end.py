# Style: no queue and no join: the workers of a TaskGroup share an iterator, and end when nothing is left.

import asyncio

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


async def archive_all(photos: list[str]) -> list[str]:
    left = iter(photos)
    damaged: list[str] = []

    async def work() -> None:
        for photo in left:
            try:
                await archive(photo)
            except ValueError:
                damaged.append(photo)

    async with asyncio.TaskGroup() as group:
        for _ in range(WORKERS):
            group.create_task(work())
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
