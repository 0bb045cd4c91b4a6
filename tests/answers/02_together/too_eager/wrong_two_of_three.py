# Mistake: flight and room together, but the car is asked for when the flight is known.
# Caught by: all companies are asked at once, and a trip takes as long as the slowest

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
    flight_task = asyncio.create_task(find_flight(city))
    room_task = asyncio.create_task(find_room(city))
    flight = await flight_task
    car = await asyncio.create_task(find_car(city))
    return [flight, await room_task, car]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
