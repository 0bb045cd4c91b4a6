# Mistake: returns the answers in the order in which they arrive.
# Shows: wrong-order
# Caught by: plan_trip(city) returns the flight, the room and the car, in this order

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
    questions = [find_flight(city), find_room(city), find_car(city)]
    return [await answer for answer in asyncio.as_completed(questions)]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
