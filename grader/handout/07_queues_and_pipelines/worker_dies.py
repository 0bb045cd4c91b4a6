"""A worker dies.

Two workers put photos into an archive, which refuses a damaged photo with a ValueError. With one damaged photo the
program takes longer than it should. With two it never ends (stop it with Ctrl-C), and nobody learns which photos were
damaged.

Once it is right, `python worker_dies.py` prints this (the seconds on the left are not printed):

    0.30   beach archived
    0.60   garden archived
    0.90   station archived
    1.10   harbour archived
    1.10   damaged: blurred, torn

Leave alone: `WORKERS`, `PHOTOS` and `archive`.

Required:
- the program names the two damaged photos and ends after about 1.1 s
- archive_all archives every photo once, in the order of the list, and returns the damaged ones (in any order)
- WORKERS photos are under way at a time; after a damaged photo, its worker begins the next one at once
- any other exception of archive comes out of archive_all at once, by itself or in an ExceptionGroup
- after any other exception, no further photo is begun, and those under way are cancelled
"""

import asyncio

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


async def work(queue: asyncio.Queue[str]) -> None:
    while True:
        photo = await queue.get()
        try:
            await archive(photo)
        finally:
            queue.task_done()


async def archive_all(photos: list[str]) -> list[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for photo in photos:
        queue.put_nowait(photo)
    damaged: list[str] = []
    workers = [asyncio.create_task(work(queue)) for _ in range(WORKERS)]
    await queue.join()
    for worker in workers:
        worker.cancel()
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
