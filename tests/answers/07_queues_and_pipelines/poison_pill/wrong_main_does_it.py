# Mistake: no workers at all: checks the links page by page, and logs everybody out.
# Caught by: a link is checked as soon as a worker is free for it

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
    found: dict[str, str] = {}
    nth = 1
    while page := await list_page(nth):
        for start in range(0, len(page), WORKERS):
            part = page[start : start + WORKERS]
            states = await asyncio.gather(*[check(number, link) for number, link in enumerate(part, start=1)])
            found.update(zip(part, states))
        nth += 1
    await asyncio.gather(*[log_out(number) for number in range(1, WORKERS + 1)])
    return found


if __name__ == "__main__":
    print(len(asyncio.run(crawl())), "links checked")
