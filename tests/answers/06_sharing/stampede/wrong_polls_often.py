# Mistake: those who wait check a hundred times a second.
# Caught by: for any visitors, calls are shared and results are told at once

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


known: dict[str, str] = {}
asking: dict[str, asyncio.Task[None]] = {}


async def ask(city: str) -> None:
    known[city] = await ask_service(city)


async def forecast(city: str) -> str:
    if city not in known and city not in asking:
        asking[city] = asyncio.create_task(ask(city))
    while city not in known:
        task = asking.get(city)
        if task and task.done() and task.exception():
            asking.pop(city, None)
            raise ConnectionError(city)
        await asyncio.sleep(0.01)
    return known[city]


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
