# Mistake: ends when the first office has ended.
# Caught by: each report is yielded as soon as it comes, from whichever office

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


END = object()


async def listen(office: str, queue: asyncio.Queue[object]) -> None:
    """Put every report into the queue; at the end END, or the error."""
    number = 0
    try:
        while (report := await next_report(office, number)) is not None:
            queue.put_nowait(report)
            number += 1
        queue.put_nowait(END)
    except Exception as error:
        queue.put_nowait(error)


async def merge(offices: list[str]) -> AsyncGenerator[str, None]:
    queue: asyncio.Queue[object] = asyncio.Queue()
    listeners = [asyncio.create_task(listen(office, queue)) for office in offices]
    still_open = len(offices)
    try:
        while still_open:
            item = await queue.get()
            if isinstance(item, Exception):
                raise item
            if item is END:
                break
            else:
                yield str(item)
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
