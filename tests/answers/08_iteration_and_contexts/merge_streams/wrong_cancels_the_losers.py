# Mistake: cancels those that were not first, and asks them again: their time starts anew.
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


async def merge(offices: list[str]) -> AsyncGenerator[str, None]:
    numbers = dict.fromkeys(offices, 0)
    while numbers:
        asked = {asyncio.create_task(next_report(*pair)): pair[0] for pair in numbers.items()}
        try:
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        for task in done:
            report = task.result()
            numbers[asked[task]] += 1
            if report is None:
                del numbers[asked[task]]
            else:
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
