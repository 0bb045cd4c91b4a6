# Style: a class that gathers the parts of a trip, with progress on standard error.

import asyncio
import sys
from collections.abc import Awaitable, Callable


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


class Trip:
    """A trip whose parts arrive one by one."""

    def __init__(self, city: str) -> None:
        self.city = city
        self.parts = ["", "", ""]

    async def fill(self, place: int, find: Callable[[str], Awaitable[str]]) -> None:
        self.parts[place] = await find(self.city)
        print("found", self.parts[place], file=sys.stderr)


async def plan_trip(city: str) -> list[str]:
    trip = Trip(city)
    async with asyncio.TaskGroup() as group:
        for place, find in enumerate((find_flight, find_room, find_car)):
            group.create_task(trip.fill(place, find))
    return trip.parts


async def main() -> None:
    print("A trip to Lisbon ...")
    print("...", ", ".join(await plan_trip("Lisbon")))


if __name__ == "__main__":
    asyncio.run(main())
