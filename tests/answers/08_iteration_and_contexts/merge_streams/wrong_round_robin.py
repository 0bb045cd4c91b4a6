# Mistake: asks each office in turn, and waits for the slowest each time.
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


async def reports(office: str) -> AsyncGenerator[str, None]:
    number = 0
    while (report := await next_report(office, number)) is not None:
        yield report
        number += 1


async def merge(offices: list[str]) -> AsyncGenerator[str, None]:
    streams = [reports(office) for office in offices]
    while streams:
        for stream in list(streams):
            try:
                yield await anext(stream)
            except StopAsyncIteration:
                streams.remove(stream)


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
