"""Merge streams.

A town's news screen shows what the harbour, the weather station and the road office report, in one stream. But what
the others report is shown when the harbour has finished for the day, and that is too late for fog.

Once it is right, `python merge_streams.py` prints this (on the left: seconds from the start, not printed):

    0.20   fog
    0.40   jam
    0.60   ferry delayed
    0.90   sun
    0.90   that is enough

What may not change: next_report (when graded, another one takes its place), and that merge(offices) is an async
generator, or has aclose() as one does. It gives each report as soon as it comes, and ends when all offices have ended.
Each office is asked for report 0, 1, 2 and so on, one at a time and all offices at the same time, until it answers
None. If next_report fails, merge raises that same error, at once. When merge has ended, was closed or cancelled, no
office is being asked any more. Nothing is lost when the reader is slow.
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


async def merge(offices: list[str]) -> AsyncGenerator[str, None]:
    for office in offices:
        async for report in reports(office):
            yield report


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
