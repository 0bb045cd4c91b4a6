# Mistake: keeps the other errors for the end, when all photos have been tried.
# Caught by: any other exception comes out of archive_all at once

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
    free = asyncio.Semaphore(WORKERS)

    async def one(photo: str) -> None:
        async with free:
            await archive(photo)

    results = await asyncio.gather(*map(one, photos), return_exceptions=True)
    damaged = []
    for photo, result in zip(photos, results):
        if isinstance(result, ValueError):
            damaged.append(photo)
        elif isinstance(result, BaseException):
            raise result
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
