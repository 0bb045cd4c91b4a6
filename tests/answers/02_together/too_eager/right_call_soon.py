# Style: callbacks on the loop; the answers lie in a dict until the third is in.

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


async def plan_trip(city):
    loop = asyncio.get_running_loop()
    complete = loop.create_future()
    answers = {}

    def note(place, task):
        answers[place] = task.result()
        if len(answers) == 3:
            complete.set_result([answers[place] for place in range(3)])

    for place, find in enumerate((find_flight, find_room, find_car)):
        task = loop.create_task(find(city))
        task.add_done_callback(lambda task, place=place: note(place, task))
    return await complete


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
