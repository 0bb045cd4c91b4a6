# Mistake: reads the sum before the await and writes it after: votes get lost.
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
    votes: dict[str, int] = {}

    async def one(station: str) -> int:
        votes[station] = await count(station)
        return votes[station]

    async def show(station: str) -> None:
        nonlocal total
        total += await one(station)
        print(f"{station} {votes[station]}, sum {total}")

    await asyncio.gather(*map(show, stations))
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
