# Style: a class with __anext__ and aclose, no generator.

import asyncio
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


class merge:
    def __init__(self, offices: list[str]) -> None:
        self.offices = offices
        self.asked: dict[asyncio.Task[str | None], tuple[str, int]] | None = None

    def __aiter__(self) -> "merge":
        return self

    def ask(self, office: str, number: int) -> None:
        self.asked[asyncio.create_task(next_report(office=office, number=number))] = (office, number)

    async def __anext__(self) -> str:
        if self.asked is None:
            self.asked = {}
            for office in self.offices:
                self.ask(office, 0)
        try:
            while self.asked:
                await asyncio.wait(self.asked, return_when=asyncio.FIRST_COMPLETED)
                task = next(task for task in self.asked if task.done())
                office, number = self.asked.pop(task)
                report = task.result()
                if report is not None:
                    self.ask(office, number + 1)
                    return report
        except BaseException:
            await self.aclose()
            raise
        raise StopAsyncIteration

    async def aclose(self) -> None:
        for task in self.asked or ():
            task.cancel()
        await asyncio.gather(*self.asked or (), return_exceptions=True)


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
