# Mistake: cancels the tasks and does not wait until they have ended.
# Caught by: however and whenever reading ends, no office is asked any more

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
    asked = {asyncio.create_task(next_report(office, 0)): (office, 0) for office in offices}
    try:
        while asked:
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                office, number = asked[task]
                report = task.result()
                del asked[task]
                if report is not None:
                    asked[asyncio.create_task(next_report(office, number + 1))] = (office, number + 1)
                    yield report
    finally:
        for task in asked:
            task.cancel()


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
