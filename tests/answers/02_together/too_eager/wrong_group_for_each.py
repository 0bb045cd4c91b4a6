# Mistake: a TaskGroup of its own for each company.
# Shows: sequential-await
# Caught by: the program prints the trip after about 0.7 s

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
    answers = []
    for find in (find_flight, find_room, find_car):
        async with asyncio.TaskGroup() as group:
            answers.append(group.create_task(find(city)))
    return [answer.result() for answer in answers]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
