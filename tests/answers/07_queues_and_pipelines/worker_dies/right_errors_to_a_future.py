# Style: a class; the first error goes into a future, which archive_all waits for, as does the last photo.

import asyncio
from collections import deque

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


class Archivist:
    """Archives photos with a few workers."""

    def __init__(self, photos: list[str]) -> None:
        self.waiting = deque(photos)
        self.missing = len(photos)
        self.damaged: list[str] = []
        self.end: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    async def work(self) -> None:
        while self.waiting and not self.end.done():
            photo = self.waiting.popleft()
            try:
                await archive(photo)
            except ValueError:
                self.damaged.append(photo)
            except Exception as error:
                if not self.end.done():
                    self.end.set_exception(error)
                return
            self.missing -= 1
        if not self.missing and not self.end.done():
            self.end.set_result(self.damaged)

    async def run(self) -> list[str]:
        workers = [asyncio.create_task(self.work()) for _ in range(WORKERS)]
        try:
            return await self.end
        finally:
            for worker in workers:
                worker.cancel()


async def archive_all(photos: list[str]) -> list[str]:
    return await Archivist(photos).run()


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
