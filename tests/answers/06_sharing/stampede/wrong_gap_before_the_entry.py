# Mistake: an await between the look and the entry: visitors who come at the same moment all find nothing.
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


flights: dict[str, asyncio.Future[str]] = {}


async def ask_for_all(city: str, flight: asyncio.Future[str]) -> None:
    try:
        flight.set_result(await ask_service(city))
    except Exception as error:
        del flights[city]
        flight.set_exception(error)
        flight.exception()  # mark it as seen, even if everybody has gone


background: set[asyncio.Task[None]] = set()


async def forecast(city: str) -> str:
    if city not in flights:
        await asyncio.sleep(0)
        flights[city] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(ask_for_all(city, flights[city]))
        background.add(task)  # the loop keeps only a weak reference
        task.add_done_callback(background.discard)
    return await asyncio.shield(flights[city])


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
