# Style: a thread with an event loop of its own for each company.

import asyncio
import threading

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

    def ask(find, answer):
        offer = asyncio.run(find(city))
        loop.call_soon_threadsafe(answer.set_result, offer)

    answers = []
    for find in (find_flight, find_room, find_car):
        answers.append(loop.create_future())
        threading.Thread(target=ask, args=(find, answers[-1])).start()
    return [await answer for answer in answers]


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
