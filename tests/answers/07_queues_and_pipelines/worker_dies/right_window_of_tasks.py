# Style: no workers: a window of tasks, one for each photo, refilled whenever some are done; no type hints.

import asyncio

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


async def archive_all(photos):
    left = list(reversed(photos))
    under_way = {}
    damaged = []
    try:
        while left or under_way:
            while left and len(under_way) < WORKERS:
                photo = left.pop()
                under_way[asyncio.ensure_future(archive(photo))] = photo
            done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                photo = under_way.pop(task)
                if isinstance(task.exception(), ValueError):
                    damaged.append(photo)
                else:
                    task.result()
    finally:
        for task in under_way:
            task.cancel()
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
