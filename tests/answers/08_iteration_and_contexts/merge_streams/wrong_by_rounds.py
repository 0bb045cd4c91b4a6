# Mistake: asks all together, but waits for all before the next round.
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
    number = 0
    while offices:
        asked = [asyncio.create_task(next_report(office, number)) for office in offices]
        try:
            for task in asyncio.as_completed(asked):
                report = await task
                if report is not None:
                    yield report
        finally:
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        offices = [office for office, task in zip(offices, asked) if task.result() is not None]
        number += 1


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
