# Style: a class with a deque, a flag and a condition that wakes all.

import asyncio
from collections import deque

WORKERS = 3
PAGES = [["home", "news", "shop", "help"], ["jobs"], []]
SECONDS = {"home": 0.3, "news": 0.5, "shop": 0.8, "help": 0.7, "jobs": 0.8}


async def list_page(nth: int) -> list[str]:
    """The links of the nth page (from 1); no links: there is no such page (leave it as it is)."""
    await asyncio.sleep(0.2)
    return PAGES[nth - 1]


async def check(worker: int, link: str) -> str:
    """Check a link, in the session of this worker (leave it as it is)."""
    await asyncio.sleep(SECONDS[link])
    print(f"{link} ok")
    return "ok"


async def log_out(worker: int) -> None:
    """End the session of a worker (leave it as it is)."""
    await asyncio.sleep(0.1)
    print(f"worker {worker} logged out")


class Links:
    """Links to be checked, until they are closed."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self.closed = False
        self.news = asyncio.Condition()

    async def add(self, page: list[str]) -> None:
        async with self.news:
            self.waiting.extend(page)
            self.closed = not page
            self.news.notify_all()

    def __aiter__(self) -> "Links":
        return self

    async def __anext__(self) -> str:
        async with self.news:
            await self.news.wait_for(lambda: self.waiting or self.closed)
            if not self.waiting:
                raise StopAsyncIteration
            return self.waiting.popleft()


async def crawl() -> dict[str, str]:
    links = Links()
    found: dict[str, str] = {}

    async def work(worker: int) -> None:
        async for link in links:
            found[link] = await check(worker, link)
        await log_out(worker)

    async def list_all() -> None:
        nth = 1
        while not links.closed:
            await links.add(await list_page(nth))
            nth += 1

    await asyncio.gather(list_all(), *map(work, range(1, WORKERS + 1)))
    return found


if __name__ == "__main__":
    print(len(asyncio.run(crawl())), "links checked")
