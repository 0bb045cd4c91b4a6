# Mistake: catches every exception: when the archive is down, all photos are called damaged.
# Shows: caught-too-much
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


async def work(queue: asyncio.Queue[str], damaged: list[str]) -> None:
    while True:
        photo = await queue.get()
        try:
            await archive(photo)
        except Exception:
            damaged.append(photo)
        finally:
            queue.task_done()


async def archive_all(photos: list[str]) -> list[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for photo in photos:
        queue.put_nowait(photo)
    damaged: list[str] = []

    workers = [asyncio.create_task(work(queue, damaged)) for _ in range(WORKERS)]
    await queue.join()
    for worker in workers:
        worker.cancel()
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
