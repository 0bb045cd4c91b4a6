# Style: a task that holds a TaskGroup; the generator yields outside of it.

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
    queue: asyncio.Queue[str | BaseException | None] = asyncio.Queue()

    async def listen(office: str) -> None:
        number = 0
        while (report := await next_report(office, number)) is not None:
            await queue.put(report)
            number += 1

    async def all_of_them() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for office in offices:
                    group.create_task(listen(office))
        except* Exception as errors:
            await queue.put(errors.exceptions[0])
        await queue.put(None)

    runner = asyncio.create_task(all_of_them())
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        runner.cancel()
        await asyncio.wait([runner])


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
