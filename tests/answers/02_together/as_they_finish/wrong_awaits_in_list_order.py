# Mistake: starts all, but awaits and shows them in the order of the list.
# Caught by: election_night(stations) shows each result as soon as it is known

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations: list[str]) -> None:
    total = 0
    tasks = {station: asyncio.create_task(count(station)) for station in stations}
    for station, task in tasks.items():
        total += await task
        print(f"{station} {task.result()}, sum {total}")
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
