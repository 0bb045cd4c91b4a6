# Mistake: starts all three, then sleeps for as long as they take today.
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
    tasks = [asyncio.create_task(find(city)) for find in (find_flight, find_room, find_car)]
    await asyncio.sleep(0.75)
    return [task.result() for task in tasks]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
