# Style: gather, and after an exception all workers are cancelled and awaited; no type hints.

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
    left, damaged = list(photos), []

    async def work():
        while left:
            photo = left.pop(0)
            try:
                await archive(photo)
            except ValueError:
                damaged.append(photo)

    workers = [asyncio.ensure_future(work()) for _ in range(WORKERS)]
    try:
        await asyncio.gather(*workers)
    except BaseException:
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)
        raise
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
