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
from collections import Counter, deque
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

    def __init__(self, group: asyncio.TaskGroup) -> None:
        # The group cancels everything when something unexpected happens, and waits for all visits.
        self.group = group
        self.slots = asyncio.Semaphore(LIMIT)
        self.statuses: dict[str, str] = {}
        self.links: dict[str, list[str]] = {}

    async def attempt(self, url: str) -> list[str]:
        # One semaphore for all, held for the call alone. The time runs from when there is a slot.
        async with self.slots, asyncio.timeout(TIMEOUT):
            return await fetch(url)

    async def load(self, url: str) -> tuple[str, list[str]]:
        """Status and links of a page, after some attempts if need be."""
        for number in range(TRIES):
            if number > 0:
                await asyncio.sleep(PAUSE * 2 ** (number - 1))
            try:
                return "ok", await self.attempt(url)
            except (ConnectionError, TimeoutError):
                pass  # perhaps the next time
            except LookupError:
                return "gone", []
        return "unreachable", []

    def add(self, url: str) -> None:
        # No await between the look and the entry: the page is known from now on.
        if url not in self.links:
            self.links[url] = []
            self.group.create_task(self.visit(url))

    async def visit(self, url: str) -> None:
        self.statuses[url], self.links[url] = await self.load(url)
        for link in self.links[url]:
            self.add(link)

    def pages(self, start: str) -> list[tuple[str, str]]:
        """All pages in the order in which one after the other would have found them."""
        order = {start: None}  # a set that keeps its order
        waiting = deque([start])
        while waiting:
            new = [link for link in dict.fromkeys(self.links[waiting.popleft()]) if link not in order]
            order.update(dict.fromkeys(new))
            waiting.extend(new)
        return [(url, self.statuses[url]) for url in order]


async def crawl(start: str) -> list[tuple[str, str]]:
    async with asyncio.TaskGroup() as group:
        crawler = Crawler(group)
        crawler.add(start)
    # The order is a matter of the links alone, so it is made when all of them are known.
    return crawler.pages(start)


async def main() -> None:
    for url, status in await crawl("/"):
        print(f"{url}: {status}")


if __name__ == "__main__":
    asyncio.run(main())
