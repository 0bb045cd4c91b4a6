# Style: LIMIT workers on a queue; a page that failed comes back into it after a timer; no type hints.

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


def walk(start, found):
    order = [start]
    for url in order:
        order.extend(link for link in dict.fromkeys(found[url][1]) if link not in order)
    return [(url, found[url][0]) for url in order]


async def crawl(start):
    loop = asyncio.get_running_loop()
    queue, found, timers = asyncio.Queue(), {start: None}, set()
    queue.put_nowait((start, 1))

    async def work():
        while True:
            url, number = await queue.get()
            try:
                links = await asyncio.wait_for(fetch(url), TIMEOUT)
            except (ConnectionError, TimeoutError):
                if number < TRIES:
                    again(url, number)
                    continue
                found[url] = ("unreachable", [])
            except LookupError:
                found[url] = ("gone", [])
            else:
                found[url] = ("ok", links)
                for link in links:
                    if link not in found:
                        found[link] = None
                        queue.put_nowait((link, 1))
            queue.task_done()

    def again(url, number):
        def put():
            timers.discard(timer)
            queue.put_nowait((url, number + 1))
            queue.task_done()

        timer = loop.call_later(PAUSE * 2 ** (number - 1), put)
        timers.add(timer)

    workers = [asyncio.create_task(work()) for _ in range(min(LIMIT, 1000))]
    joining = asyncio.create_task(queue.join())
    try:
        done, _ = await asyncio.wait([joining, *workers], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for timer in timers:
            timer.cancel()
        for task in (joining, *workers):
            task.cancel()
        await asyncio.gather(joining, *workers, return_exceptions=True)
    return walk(start, found)


async def main() -> None:
    for url, status in await crawl("/"):
        print(f"{url}: {status}")


if __name__ == "__main__":
    asyncio.run(main())
