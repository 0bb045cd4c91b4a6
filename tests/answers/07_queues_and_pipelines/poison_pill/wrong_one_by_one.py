# Mistake: cancels a worker and awaits it, then the next: they log out one after the other.
# Caught by: no worker waits for another to log out; crawl returns after the last

import asyncio

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


async def work(worker: int, links: asyncio.Queue[str | None], found: dict[str, str]) -> None:
    try:
        while True:
            link = await links.get()
            found[link] = await check(worker, link)
            links.task_done()
    finally:
        await log_out(worker)


async def crawl() -> dict[str, str]:
    links: asyncio.Queue[str | None] = asyncio.Queue()
    found: dict[str, str] = {}
    workers = [asyncio.create_task(work(number, links, found)) for number in range(1, WORKERS + 1)]
    nth = 1
    while page := await list_page(nth):
        for link in page:
            await links.put(link)
        nth += 1
    await links.join()
    for worker in workers:
        worker.cancel()
        try:
            await worker
        except asyncio.CancelledError:
            pass
    return found


if __name__ == "__main__":
    print(len(asyncio.run(crawl())), "links checked")
