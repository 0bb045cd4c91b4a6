# Mistake: collects what as_completed yields, and shows it at the end.
# Caught by: election_night(stations) shows each result as soon as it is known

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations: list[str]) -> None:
    async def named(station: str) -> tuple[str, int]:
        return station, await count(station)

    total = 0
    results = [await result for result in asyncio.as_completed([named(station) for station in stations])]
    for station, votes in results:
        total += votes
        print(f"{station} {votes}, sum {total}")
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
