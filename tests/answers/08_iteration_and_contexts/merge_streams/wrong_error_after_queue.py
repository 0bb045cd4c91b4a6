# Mistake: looks at the exceptions only when all offices have ended.
# Caught by: an exception of an office is raised at once, and the asking stops

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


async def merge(offices):
    queue = asyncio.Queue()

    async def listen(office):
        number = 0
        while (report := await next_report(office, number)) is not None:
            queue.put_nowait(report)
            number += 1

    tasks = [asyncio.create_task(listen(office)) for office in offices]
    try:
        while not all(task.done() for task in tasks) or not queue.empty():
            getting = asyncio.create_task(queue.get())
            await asyncio.wait([getting, *[t for t in tasks if not t.done()]], return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                yield getting.result()
            else:
                getting.cancel()
        for task in tasks:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
