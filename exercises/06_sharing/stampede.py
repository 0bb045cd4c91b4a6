"""Stampede.

A weather site pays for every call to the service behind it, and keeps each forecast once it has it. Early in the
morning it has none yet. As handed out, when many visitors ask for the same city at the same time, each question becomes
a call.

Once it is right, `python stampede.py` prints this (the seconds on the left count from the start and are not printed; bo
and cy may change places):

    0.20   ana: gone
    0.40   dee: sun
    0.60   bo: rain
    0.60   cy: rain
    0.90   eli: rain
    0.90   calls: 2

Leave alone: `VISITORS`, `WEATHER` and `ask_service`.

Required:
- the program makes two calls and prints the lines at the times shown
- the first visitor who wants a city starts one call; all who want it share that call, and its forecast is kept for good
- everybody who waits for a call is told its result the moment it ends, and nobody waits for the call of another city
- if a visitor gives up ("gone"), the call continues, for the others and for visitors who come later
- if a call fails (ConnectionError), all who wait for it are told "no forecast", and the next visitor starts a new call
- all of this holds for any visitors, patience and calls
"""

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


async def forecast(city: str) -> str:
    if city not in known:
        known[city] = await ask_service(city)
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
