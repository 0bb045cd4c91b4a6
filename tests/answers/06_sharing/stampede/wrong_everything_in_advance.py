# Mistake: asks for all cities before anybody comes.
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


tasks: dict[str, asyncio.Task[str]] = {}


async def forecast(city: str) -> str:
    if city not in tasks:
        tasks[city] = asyncio.create_task(ask_service(city))
    try:
        return await asyncio.shield(tasks[city])
    except ConnectionError:
        tasks.pop(city, None)
        raise


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
    for _, city, *_ in VISITORS:
        if city not in tasks:
            tasks[city] = asyncio.create_task(ask_service(city))
    await asyncio.gather(*[visit(*visitor) for visitor in VISITORS])
    print("calls:", calls)


if __name__ == "__main__":
    asyncio.run(main())
