"""A worker dies.

Two workers bring photos into an archive, which refuses a damaged one with a ValueError. With one damaged photo the
program takes longer than it should; with two it never ends (stop it with Ctrl+C). Nobody is told which ones they were.

Once it is right, `python worker_dies.py` prints this (on the left: seconds from the start, not printed):

    0.30   beach archived
    0.60   garden archived
    0.90   station archived
    1.10   harbour archived
    1.10   damaged: blurred, torn

What may not change: WORKERS and archive (when graded, others take their place); archive_all(photos) archives the photos
in the order of the list, each once, WORKERS at a time, and as soon as a worker is free: a damaged photo costs no more
than its own time. It returns the damaged ones, in any order. Any other exception of archive, such as a ConnectionError
when the archive is down, ends it all: archive_all begins no more photos, waits for none, and raises that exception, by
itself or within an ExceptionGroup, as soon as it happens.
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


async def work(queue: asyncio.Queue[str], damaged: list[str]) -> None:
    while True:
        photo = await queue.get()
        # What is wrong with one photo is dealt with here, inside the loop: the worker goes on to the next.
        try:
            await archive(photo)
        except ValueError:
            damaged.append(photo)
        finally:
            queue.task_done()


async def archive_all(photos: list[str]) -> list[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for photo in photos:
        queue.put_nowait(photo)
    damaged: list[str] = []
    # Anything else ends the worker, and join() knows nothing of workers: left alone, it would wait for a dead one. The
    # group watches them: when one fails, it interrupts the wait for join(), cancels the others and raises the error.
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(work(queue, damaged)) for _ in range(WORKERS)]
        await queue.join()
        for worker in workers:
            worker.cancel()
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
