# Style: asyncio.wait does not cancel what it waits for; a class with a TaskGroup that owns the calls.

import asyncio

VISITORS = [  # who, asks for what, comes after how many seconds, waits how many seconds
    ("ana", "oslo", 0.0, 0.2),
    ("bo", "oslo", 0.1, 2.0),
    ("cy", "oslo", 0.15, 2.0),
    ("dee", "lima", 0.0, 2.0),
    ("eli", "oslo", 0.9, 2.0),
]
WEATHER = {"oslo": ("rain", 0.6), "lima": ("sun", 0.4)}
calls = 0


async def ask_service(city: str) -> str:
    """Ask for a forecast. Costs money; raises ConnectionError (leave it as it is)."""
    global calls
    calls += 1
    text, seconds = WEATHER[city]
    await asyncio.sleep(seconds)
    return text


class Forecasts:
    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.group = group
        self.known: dict[str, str] = {}
        self.asking: dict[str, asyncio.Task[str | None]] = {}

    async def ask(self, city: str) -> str | None:
        try:
            self.known[city] = await ask_service(city=city)
            return self.known[city]
        except ConnectionError:
            return None
        finally:
            del self.asking[city]

    async def get(self, city: str) -> str:
        if city in self.known:
            return self.known[city]
        task = self.asking.get(city)
        if task is None:
            task = self.asking[city] = self.group.create_task(self.ask(city))
        await asyncio.wait([task])
        text = task.result()
        if text is None:
            raise ConnectionError(city)
        return text


async def visit(forecasts: Forecasts, name: str, city: str, comes: float, patience: float) -> None:
    await asyncio.sleep(comes)
    try:
        text = await asyncio.wait_for(forecasts.get(city), patience)
    except TimeoutError:
        text = "gone"
    except ConnectionError:
        text = "no forecast"
    print(f"{name}: {text}")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        forecasts = Forecasts(group)
        for visitor in VISITORS:
            group.create_task(visit(forecasts, *visitor))
    print("calls:", calls)


if __name__ == "__main__":
    asyncio.run(main())
