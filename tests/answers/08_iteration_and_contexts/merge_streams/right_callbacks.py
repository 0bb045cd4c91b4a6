# Style: callbacks of tasks, each of which asks for the next report.

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
    tasks = set()

    def ask(office, number):
        task = asyncio.ensure_future(next_report(office, number))
        tasks.add(task)
        task.add_done_callback(lambda done: answered(office, number, done))

    def answered(office, number, task):
        tasks.discard(task)
        if task.cancelled():
            return
        if task.exception() is None and task.result() is not None:
            ask(office, number + 1)
        queue.put_nowait(task)

    for office in offices:
        ask(office, 0)
    left = len(offices)
    try:
        while left:
            report = (await queue.get()).result()
            if report is None:
                left -= 1
            else:
                yield report
    finally:
        for task in list(tasks):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


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
