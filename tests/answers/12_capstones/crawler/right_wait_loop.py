# Style: one loop that keeps at most LIMIT calls under way with asyncio.wait, and a heap of repeats.

import asyncio
import heapq
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


async def call(url):
    async with asyncio.timeout(TIMEOUT):
        return await fetch(url)


async def crawl(start: str) -> list[tuple[str, str]]:
    loop = asyncio.get_running_loop()
    ready, later, running = deque([(start, 0)]), [], {}
    links: dict[str, list[str]] = {start: []}
    status: dict[str, str] = {}
    try:
        while ready or later or running:
            while later and later[0][0] <= loop.time():
                _, url, number = heapq.heappop(later)
                ready.append((url, number))
            while ready and len(running) < LIMIT:
                url, number = ready.popleft()
                running[asyncio.create_task(call(url))] = (url, number)
            patience = max(later[0][0] - loop.time(), 0) if later else None
            if running:
                done, _ = await asyncio.wait(running, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(patience)
                done = set()
            for task in done:
                url, number = running.pop(task)
                error = task.exception()
                if error is None:
                    status[url], links[url] = "ok", task.result()
                    for link in links[url]:
                        if link not in links:
                            links[link] = []
                            ready.append((link, 0))
                elif isinstance(error, LookupError):
                    status[url] = "gone"
                elif not isinstance(error, (ConnectionError, TimeoutError)):
                    raise error
                elif number + 1 == TRIES:
                    status[url] = "unreachable"
                else:
                    heapq.heappush(later, (loop.time() + PAUSE * 2**number, url, number + 1))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    order = {start: True}
    queue = deque(order)
    while queue:
        for link in links[queue.popleft()]:
            if order.setdefault(link, False) is False:
                order[link] = True
                queue.append(link)
    return [(url, status[url]) for url in order]


async def main() -> None:
    for url, status in await crawl("/"):
        print(f"{url}: {status}")


if __name__ == "__main__":
    asyncio.run(main())
