"""The link checker

A museum checks the links of its website at night: it loads the first page, then the pages that this one links to, and
so on. The checker falls over the first page that does not exist. It loads some pages twice, brings the web server down
with too many requests at once, and lists the pages in a different order every night.

Once it is right, `python crawler.py` prints this (the seconds on the left are not printed):

    1.65   /: ok
    1.65   /rooms: ok
    1.65   /tickets: ok
    1.65   /old: gone
    1.65   /shop: ok
    1.65   /rooms/1: unreachable
    1.65   /shop/cards: ok

Leave alone: `LIMIT`, `TIMEOUT`, `TRIES`, `PAUSE`, `SITE`, `asked`, `fetch` and `main`.

Required of the coroutine function `crawl(start)`:
- it returns a list of pairs, each page once with "ok", "gone" or "unreachable": `start`, then the links of `start` in
  their order, then the links of these pages in their order, and so on, whichever page was loaded first
- each page is loaded once, however many pages link to it, even at the same moment
- at most LIMIT calls of `fetch` are under way at once
- as long as pages wait to be loaded, LIMIT calls are under way: a page can be loaded as soon as its link is known
- a call that takes longer than TIMEOUT seconds is cancelled; only the call itself counts, not the wait for its turn
- a call that takes too long, or raises a ConnectionError, is repeated after PAUSE seconds, then after twice as long,
  and so on; after TRIES calls the page is "unreachable"
- during such a pause, other pages are loaded
- a page for which `fetch` raises a LookupError is "gone": it is not tried again, and the other pages are loaded
- after any other exception, no call begins, those under way are cancelled, and the exception comes out of `crawl` at
  once, by itself or in an ExceptionGroup
- when `crawl` is cancelled, it cancels all calls and leaves no task behind
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

LIMIT = 2
TIMEOUT = 0.3
TRIES = 3
PAUSE = 0.1


@dataclass
class Page:
    seconds: float
    links: list[str] = field(default_factory=list)


SITE = {
    "/": Page(0.2, ["/rooms", "/tickets", "/old", "/shop"]),
    "/rooms": Page(0.25, ["/rooms/1", "/"]),
    "/tickets": Page(0.1, ["/shop"]),
    "/shop": Page(0.1, ["/shop/cards", "/tickets"]),
    "/rooms/1": Page(60.0),
    "/shop/cards": Page(0.1, ["/"]),
}
asked: Counter[str] = Counter()


async def fetch(url: str) -> list[str]:
    """The links of a page; raises LookupError if there is none, ConnectionError if the server is too busy."""
    asked[url] += 1
    page = SITE.get(url, Page(0.1))
    await asyncio.sleep(page.seconds)
    if url not in SITE:
        raise LookupError(url)
    if url == "/shop" and asked[url] == 1:
        raise ConnectionError("try again later")
    return page.links


class Crawler:
    """One walk through the site."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, str]] = []
        self.seen: set[str] = set()

    async def load(self, url: str) -> list[str]:
        """The links of a page, after some attempts if need be."""
        slots = asyncio.Semaphore(LIMIT)
        async with slots:
            for _ in range(TRIES - 1):
                try:
                    return await fetch(url)
                except ConnectionError:
                    await asyncio.sleep(PAUSE)
            return await fetch(url)

    async def visit(self, url: str) -> None:
        if url in self.seen:
            return
        try:
            async with asyncio.timeout(TIMEOUT * TRIES):
                links = await self.load(url)
        except (ConnectionError, TimeoutError):
            self.pages.append((url, "unreachable"))
            return
        self.seen.add(url)
        self.pages.append((url, "ok"))
        await asyncio.gather(*(self.visit(link) for link in links))


async def crawl(start: str) -> list[tuple[str, str]]:
    crawler = Crawler()
    await crawler.visit(start)
    return crawler.pages


async def main() -> None:
    for url, status in await crawl("/"):
        print(f"{url}: {status}")


if __name__ == "__main__":
    asyncio.run(main())
