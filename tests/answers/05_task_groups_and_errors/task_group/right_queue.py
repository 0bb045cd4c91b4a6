# Style: checks report to a queue; an async context manager owns their tasks.

import asyncio

PARTS = ["helium", "radio", "parachute"]
SECONDS = {"helium": 1.8, "radio": 1.2, "parachute": 0.3}


async def check(part: str) -> str:
    """Check one part; raises ValueError when it is not in order (leave it as it is)."""
    try:
        await asyncio.sleep(SECONDS[part])
    except asyncio.CancelledError:
        print(f"{part}: check stopped")
        raise
    if part == "parachute":
        print("parachute: wet")
        raise ValueError("the parachute is wet")
    print(f"{part}: in order")
    return f"{part} in order"


async def announce(text: str) -> None:
    """The loudspeaker (leave it as it is)."""
    await asyncio.sleep(0.4)
    print(text)


class Checks:
    """Checks under way, until the block is left."""

    def __init__(self, parts: list[str]) -> None:
        self.parts = parts
        self.reports: asyncio.Queue[tuple[str, str | Exception]] = asyncio.Queue()

    async def run(self, part: str) -> None:
        try:
            self.reports.put_nowait((part, await check(part)))
        except Exception as error:
            self.reports.put_nowait((part, error))

    async def __aenter__(self) -> "Checks":
        self.tasks = [asyncio.create_task(self.run(part)) for part in self.parts]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def countdown(parts: list[str]) -> str:
    found: dict[str, str] = {}
    async with Checks(parts) as checks:
        while len(found) < len(parts):
            part, report = await checks.reports.get()
            if isinstance(report, ValueError):
                return f"no launch: {report}"
            if isinstance(report, Exception):
                raise report
            found[part] = report
    return f"launch with {', '.join(found[part] for part in parts)}"


async def main() -> None:
    await announce(await countdown(PARTS))


if __name__ == "__main__":
    asyncio.run(main())
