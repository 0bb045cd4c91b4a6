"""Too eager.

A travel agent asks three companies: one for a flight (answers after 0.7 s), one for a room (0.6 s), one for a car
(0.5 s). No question needs the answer to another, and each is already made into a task. Still the customer waits 1.8 s.

Once it is right, `python too_eager.py` prints this (on the left: seconds from the start, not printed):

    0.00   A trip to Lisbon ...
    0.70   ... flight TP 1351 to Lisbon, Hotel Lisbon, a car at Lisbon station

What may not change: find_flight, find_room and find_car (when graded, others with other answers and other delays take
their place); plan_trip(city) returns the flight, the room and the car, in that order, and asks each company once; the
lines printed.
"""

import asyncio


async def find_flight(city: str) -> str:
    """The airline (leave it as it is)."""
    await asyncio.sleep(0.7)
    return f"flight TP 1351 to {city}"


async def find_room(city: str) -> str:
    """The hotels (leave it as it is)."""
    await asyncio.sleep(0.6)
    return f"Hotel {city}"


async def find_car(city: str) -> str:
    """The car rental (leave it as it is)."""
    await asyncio.sleep(0.5)
    return f"a car at {city} station"


async def plan_trip(city: str) -> list[str]:
    # A task runs only while somebody else waits. So first make all of them, and only then wait for the first:
    # `await create_task(...)` in one breath is nothing but a slower `await`.
    flight = asyncio.create_task(find_flight(city))
    room = asyncio.create_task(find_room(city))
    car = asyncio.create_task(find_car(city))
    return [await flight, await room, await car]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
