# Style: a task for each link, which takes the number of a free session from a queue.

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


async def crawl() -> dict[str, str]:
    sessions: asyncio.Queue[int] = asyncio.Queue()
    for number in range(1, WORKERS + 1):
        sessions.put_nowait(number)
    found: dict[str, str] = {}

    async def one(link: str) -> None:
        number = await sessions.get()
        try:
            found[link] = await check(number, link)
        finally:
            sessions.put_nowait(number)

    checks: list[asyncio.Task[None]] = []
    nth = 1
    while page := await list_page(nth):
        checks += [asyncio.create_task(one(link)) for link in page]
        nth += 1
    await asyncio.gather(*checks)
    await asyncio.gather(*[log_out(number) for number in range(1, WORKERS + 1)])
    return found


if __name__ == "__main__":
    print(len(asyncio.run(crawl())), "links checked")
