# Style: asyncio.wait on a dict of tasks.

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
    questions = {"flight": find_flight, "room": find_room, "car": find_car}
    tasks = {what: asyncio.create_task(ask(city), name=what) for what, ask in questions.items()}
    await asyncio.wait(tasks.values())
    return [tasks[what].result() for what in questions]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
