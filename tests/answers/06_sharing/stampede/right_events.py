# Style: an event for each city, set by a task of its own; who is woken looks what came of it.

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


class Entry:
    def __init__(self) -> None:
        self.there = asyncio.Event()
        self.text: str | None = None
        self.error: Exception | None = None
        self.task: asyncio.Task[None] | None = None

    async def fill(self, city: str) -> None:
        try:
            self.text = await ask_service(city)
        except ConnectionError as error:
            self.error = error
        self.there.set()


entries: dict[str, Entry] = {}


async def forecast(city: str) -> str:
    entry = entries.get(city)
    if entry is None or entry.error:
        entry = entries[city] = Entry()
        entry.task = asyncio.create_task(entry.fill(city))
    await entry.there.wait()
    if entry.text is None:
        raise entry.error or ConnectionError(city)
    return entry.text


async def visit(name: str, city: str, comes: float, patience: float) -> None:
    await asyncio.sleep(comes)
    try:
        async with asyncio.timeout(patience):
            print(f"{name}: {await forecast(city)}")
    except TimeoutError:
        print(f"{name}: gone")
    except ConnectionError:
        print(f"{name}: no forecast")


async def main() -> None:
    await asyncio.gather(*[visit(*visitor) for visitor in VISITORS])
    print("calls:", calls)


if __name__ == "__main__":
    asyncio.run(main())
