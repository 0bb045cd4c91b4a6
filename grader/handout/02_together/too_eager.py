"""Too eager.

A travel agent asks three companies: one for a flight (which takes 0.7 s), one for a room (0.6 s) and one for a car
(0.5 s). No question needs the answer to another, and each runs in a task of its own. Still, as handed out, the
customer waits 1.8 s for a trip.

Once it is right, `python too_eager.py` prints this (on the left: seconds from the start, not printed):

    0.00   A trip to Lisbon ...
    0.70   ... flight TP 1351 to Lisbon, Hotel Lisbon, a car at Lisbon station

The grader imports this file and calls plan_trip itself: keep its name, its `async def`, and the last two lines.

Leave alone: `find_flight`, `find_room` and `find_car`.

Required:
- the program prints the trip after about 0.7 s
- plan_trip(city) returns the flight, the room and the car, in this order
- each company is asked exactly once
- all companies are asked at once, and a trip takes as long as the slowest
"""

import asyncio


async def find_flight(city: str) -> str:
    """Ask the airline."""
    await asyncio.sleep(0.7)
    return f"flight TP 1351 to {city}"


async def find_room(city: str) -> str:
    """Ask the hotels."""
    await asyncio.sleep(0.6)
    return f"Hotel {city}"


async def find_car(city: str) -> str:
    """Ask the car rental."""
    await asyncio.sleep(0.5)
    return f"a car at {city} station"


async def plan_trip(city: str) -> list[str]:
    flight = await asyncio.create_task(find_flight(city))
    room = await asyncio.create_task(find_room(city))
    car = await asyncio.create_task(find_car(city))
    return [flight, room, car]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
