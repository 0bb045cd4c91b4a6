# Mistake: gives up a call that takes too long, but leaves it under way.
# Caught by: a call is cancelled after TIMEOUT; the wait for its turn is not

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
        self.group = group
        self.slots = asyncio.Semaphore(LIMIT)
        self.statuses: dict[str, str] = {}
        self.links: dict[str, list[str]] = {}

    async def attempt(self, url: str) -> list[str]:
        async with self.slots:
            return await asyncio.wait_for(asyncio.shield(fetch(url)), TIMEOUT)

    async def load(self, url: str) -> tuple[str, list[str]]:
        """Status and links of a page, after some attempts if need be."""
        for number in range(TRIES):
            if number > 0:
                await asyncio.sleep(PAUSE * 2 ** (number - 1))
            try:
                return "ok", await self.attempt(url)
            except (ConnectionError, TimeoutError):
                pass
            except LookupError:
                return "gone", []
        return "unreachable", []

    def add(self, url: str) -> None:
        if url not in self.links:
            self.links[url] = []
            self.group.create_task(self.visit(url))

    async def visit(self, url: str) -> None:
        self.statuses[url], self.links[url] = await self.load(url)
        for link in self.links[url]:
            self.add(link)

    def pages(self, start: str) -> list[tuple[str, str]]:
        """All pages in the order in which one after the other would have found them."""
        order = {start: None}
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
    return crawler.pages(start)


async def main() -> None:
    for url, status in await crawl("/"):
        print(f"{url}: {status}")


if __name__ == "__main__":
    asyncio.run(main())
