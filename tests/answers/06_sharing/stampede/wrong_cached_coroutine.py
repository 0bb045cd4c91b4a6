# Mistake: keeps the coroutine object, which can be awaited once.
# Shows: awaited-twice
# Caught by: everybody is told the result of their city's call when it ends

import asyncio
import functools

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


@functools.cache
def call(city: str):
    return ask_service(city)


async def forecast(city: str) -> str:
    return await call(city)


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
