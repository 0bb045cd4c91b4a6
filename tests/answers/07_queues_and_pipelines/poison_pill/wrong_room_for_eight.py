# Mistake: gives the queue room for eight links: listing pauses when there are more.
# Caught by: all of this holds for any pages and any number of workers

"""Poison pill.

A crawler lists the links of a site, page by page, and three workers check them. Each worker has a session at the site
and has to log out at the end, or the site locks the account. When there are no more pages, the crawler puts a None into
the queue, which means stop. One worker stops, the program never ends (stop it with Ctrl+C), and the account is locked.

Once it is right, `python poison_pill.py` prints this (the seconds on the left are not printed):

    0.50   home ok
    0.70   news ok
    1.00   shop ok
    1.10   worker 3 logged out
    1.20   help ok
    1.30   worker 1 logged out
    1.50   jobs ok
    1.60   worker 2 logged out
    1.60   5 links checked

(A worker for whom nothing is left may also wait, and log out with the last one.)

Leave alone: `WORKERS`, `PAGES`, `SECONDS`, `list_page`, `check` and `log_out`.

Required:
- the program checks five links, logs out three workers and ends, after about 1.6 s
- crawl() lists page 1, 2 and so on, without a pause, until a page has no links
- every link is checked once, in the order listed, as soon as one of WORKERS workers is free for it
- each worker (numbered from 1) checks one link at a time, and logs out once, after its last check or without any
- no worker waits for another one to log out
- when all workers are logged out, crawl returns what check returned for each link, as a dict
"""

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
    while (link := await links.get()) is not None:
        found[link] = await check(worker, link)
    await log_out(worker)


async def crawl():
    links = asyncio.Queue(8)
    found = {}
    workers = [asyncio.create_task(work(number, links, found)) for number in range(1, WORKERS + 1)]
    nth = 1
    while page := await list_page(nth):
        for link in page:
            await links.put(link)
        nth += 1
    for _ in workers:
        await links.put(None)
    await asyncio.gather(*workers)
    return found


if __name__ == "__main__":
    print(len(asyncio.run(crawl())), "links checked")
