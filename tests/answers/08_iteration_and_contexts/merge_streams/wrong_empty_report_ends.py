# Mistake: takes an empty report for the end.
# Caught by: however long the offices and the reader take, nothing is lost or late

"""Merge streams.

A town's news screen shows what the harbour, the weather station and the road office report, in one stream. As handed
out, what the others report is shown only when the harbour has finished for the day, and that is too late for fog.

Once it is right, `python merge_streams.py` prints this (the seconds on the left are not printed):

    0.20   fog
    0.40   jam
    0.60   ferry delayed
    0.90   sun
    0.90   that is enough

Leave alone: `NEWS`, `next_report` and `main`.

Required:
- the program shows four reports, each when it comes
- merge(offices) is an async generator, or can be iterated and closed with aclose() like one
- it asks all offices at the same time, each for report 0, 1, 2 and so on, one at a time, until it answers None
- each report is given as soon as it comes, and merge ends when all offices have ended
- nothing is lost, given twice or out of order when the reader is slow
- if next_report raises, with whatever exception, merge raises that same exception at once, by itself
- when merge has ended, raised, or was closed or cancelled, no office is being asked any more, not even for a moment
"""

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


async def reports(office: str) -> AsyncGenerator[str, None]:
    number = 0
    while (report := await next_report(office, number)) is not None:
        yield report
        number += 1


async def merge(offices):
    loop = asyncio.get_running_loop()
    asking = {}
    order = []

    def ask(office, number):
        task = loop.create_task(next_report(office, number))
        asking[task] = office, number

    for office in offices:
        ask(office, 0)
    try:
        while asking:
            done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                office, number = asking.pop(task)
                report = task.result()
                if report:
                    ask(office, number + 1)
                    order.append(report)
            while order:
                yield order.pop(0)
    finally:
        for task in asking:
            task.cancel()
        if asking:
            await asyncio.wait(asking)


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
