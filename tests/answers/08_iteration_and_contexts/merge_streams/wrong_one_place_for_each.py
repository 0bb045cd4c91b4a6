# Mistake: keeps only the newest report of each office while the reader is busy.
# Caught by: however long the offices and the reader take, nothing is lost or late

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

NEWS = {
    "harbour": [(0.6, "ferry delayed"), (0.6, "ferry gone")],
    "weather": [(0.2, "fog"), (0.7, "sun")],
    "roads": [(0.4, "jam")],
}


async def next_report(office: str, number: int) -> str | None:
    """The report with that number, when there is one; None at the end (leave it as it is)."""
    if number == len(NEWS[office]):
        return None
    seconds, report = NEWS[office][number]
    await asyncio.sleep(seconds)
    return report


async def merge(offices: list[str]) -> AsyncGenerator[str, None]:
    newest: dict[str, str] = {}
    news = asyncio.Event()

    async def listen(office: str) -> None:
        number = 0
        try:
            while (report := await next_report(office, number)) is not None:
                newest[office] = report
                news.set()
                number += 1
        finally:
            news.set()

    listeners = [asyncio.create_task(listen(office)) for office in offices]
    try:
        while newest or not all(listener.done() for listener in listeners):
            await news.wait()
            news.clear()
            for listener in listeners:
                if listener.done():
                    listener.result()
            for office in list(newest):
                yield newest.pop(office)
    finally:
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)


async def main() -> None:
    shown = 0
    async with aclosing(merge(list(NEWS))) as news:
        async for report in news:
            print(report)
            shown += 1
            if shown == 4:
                break
    print("that is enough")


if __name__ == "__main__":
    asyncio.run(main())
