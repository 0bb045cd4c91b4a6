# Mistake: handles an archive that is down, and no other exception.
# Caught by: after any other exception, no photo is begun; the rest are cancelled

import asyncio

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


async def work(queue: asyncio.Queue[str], damaged: list[str], down: asyncio.Future[None]) -> None:
    while True:
        photo = await queue.get()
        try:
            await archive(photo)
        except ValueError:
            damaged.append(photo)
        except ConnectionError as error:
            if not down.done():
                down.set_exception(error)
            return
        finally:
            queue.task_done()


async def archive_all(photos: list[str]) -> list[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for photo in photos:
        queue.put_nowait(photo)
    damaged: list[str] = []

    down: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    workers = [asyncio.create_task(work(queue, damaged, down)) for _ in range(WORKERS)]
    finished = asyncio.ensure_future(queue.join())
    await asyncio.wait([finished, down], return_when=asyncio.FIRST_COMPLETED)
    for worker in workers:
        worker.cancel()
    if down.done():
        down.result()
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
