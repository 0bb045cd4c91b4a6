# Mistake: shows today's results at today's times.
# Caught by: each line shows the votes of the station and the sum so far

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations: list[str]) -> None:
    total = 0
    for pause, station in ((0.3, "library"), (0.3, "school"), (0.3, "theatre"), (0.3, "town hall")):
        await asyncio.sleep(pause)
        total += VOTES[station]
        print(f"{station} {VOTES[station]}, sum {total}")
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
