"""Stampede.

A weather site pays for every call to the service behind it, and keeps each forecast once it has it. Early in the
morning it has none yet, everybody asks for the same city at the same time, and everybody's question becomes a call.

Once it is right, `python stampede.py` prints this (on the left: seconds from the start, not printed; bo and cy may
change places):

    0.20   ana: gone
    0.40   dee: sun
    0.60   bo: rain
    0.60   cy: rain
    0.90   eli: rain
    0.90   calls: 2

What may not change: VISITORS and ask_service (when graded, others take their place). A city's forecast is asked for
when the first visitor wants it, by one call for all, and kept for good. All who wait for it get it the moment it is
there. Who leaves takes nothing away: the call goes on, for the others and for those who come later. When it fails
(ConnectionError), all who wait for it get "no forecast"; that is not kept: the next visitor's question is a new call.
Cities do not wait for each other.
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


flights: dict[str, asyncio.Future[str]] = {}


async def ask_for_all(city: str, flight: asyncio.Future[str]) -> None:
    try:
        flight.set_result(await ask_service(city))
    except ConnectionError as error:
        # Whoever waits gets the error; whoever comes later finds no flight and begins a new one.
        del flights[city]
        flight.set_exception(error)
        flight.exception()  # seen, even if everybody has gone


background: set[asyncio.Task[None]] = set()


async def forecast(city: str) -> str:
    # What is kept is not the answer but the future of it: it is there from the first question on, with no await between
    # the look and the entry. The call runs in a task that belongs to no visitor, so that no visitor's leaving ends it.
    if city not in flights:
        flights[city] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(ask_for_all(city, flights[city]))
        background.add(task)  # the loop keeps only a weak reference
        task.add_done_callback(background.discard)
    # Cancelling a task cancels the future that it waits for: without the shield, everybody's.
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
