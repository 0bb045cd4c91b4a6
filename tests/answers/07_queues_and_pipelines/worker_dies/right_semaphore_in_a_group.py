# Style: a task for each photo in a TaskGroup, and a semaphore; each returns the photo if it is damaged.

import asyncio
import sys

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


async def archive_all(photos: list[str]) -> list[str]:
    free = asyncio.Semaphore(WORKERS)

    async def one(photo: str) -> str | None:
        async with free:
            try:
                await archive(photo)
            except ValueError as error:
                print(error, file=sys.stderr)
                return photo
            return None

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(photo)) for photo in photos]
    return [photo for task in tasks if (photo := task.result())]


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
