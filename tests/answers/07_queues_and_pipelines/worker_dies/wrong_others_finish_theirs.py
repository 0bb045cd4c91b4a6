# Mistake: the others begin no more photos, but finish those under way, and archive_all waits for them.
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
    left = list(reversed(photos))
    damaged: list[str] = []
    trouble: list[Exception] = []

    async def work() -> None:
        while left and not trouble:
            photo = left.pop()
            try:
                await archive(photo)
            except ValueError:
                damaged.append(photo)
            except Exception as error:
                trouble.append(error)

    await asyncio.gather(*[work() for _ in range(WORKERS)])
    if trouble:
        raise trouble[0]
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
