# Mistake: the last line shows the votes of the last station, not the sum.
# Caught by: the last line comes when all stations have counted, and shows the sum

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def named(station: str) -> tuple[str, int]:
    return station, await count(station)


async def election_night(stations: list[str]) -> None:
    total = 0
    for result in asyncio.as_completed([named(station) for station in stations]):
        station, votes = await result
        total += votes
        print(f"{station} {votes}, sum {total}")
    print(f"all counted: {votes}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
