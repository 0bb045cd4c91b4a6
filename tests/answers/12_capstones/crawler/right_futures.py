# Style: a future for each page, which is looked up before it is loaded; gather, and a clean-up by hand.

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


class Checker:
    def __init__(self) -> None:
        self.gate = asyncio.BoundedSemaphore(LIMIT)
        self.loads: dict[str, asyncio.Task[tuple[str, list[str]]]] = {}
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def once(self, url: str) -> list[str]:
        await self.gate.acquire()
        try:
            return await asyncio.wait_for(fetch(url), timeout=TIMEOUT)
        finally:
            self.gate.release()

    async def load(self, url: str) -> tuple[str, list[str]]:
        pause, left = PAUSE, TRIES
        while True:
            try:
                links = await self.once(url)
                break
            except LookupError:
                return "gone", []
            except (ConnectionError, asyncio.TimeoutError):
                left -= 1
                if not left:
                    return "unreachable", []
            await asyncio.sleep(pause)
            pause *= 2
        for link in links:
            self.start(link)
        return "ok", links

    def start(self, url: str) -> None:
        if url not in self.loads:
            self.loads[url] = asyncio.create_task(self.load(url))
            self.loads[url].add_done_callback(self.look)

    def look(self, task: asyncio.Task[tuple[str, list[str]]]) -> None:
        if not task.cancelled() and task.exception() and not self.failed.done():
            self.failed.set_exception(task.exception())

    async def run(self, start: str) -> list[tuple[str, str]]:
        self.start(start)
        order = [start]
        try:
            for url in order:
                await asyncio.wait({self.loads[url], self.failed}, return_when=asyncio.FIRST_COMPLETED)
                if self.failed.done():
                    self.failed.result()
                for link in self.loads[url].result()[1]:
                    if link not in order:
                        order.append(link)
            return [(url, self.loads[url].result()[0]) for url in order]
        finally:
            for task in self.loads.values():
                task.cancel()
            await asyncio.gather(*self.loads.values(), return_exceptions=True)
            self.failed.cancel()


async def crawl(start: str) -> list[tuple[str, str]]:
    return await Checker().run(start)


async def main() -> None:
    for url, status in await crawl("/"):
        print(f"{url}: {status}")


if __name__ == "__main__":
    asyncio.run(main())
