# Mistake: says that all are counted when the first is.
# Caught by: the last line comes when all stations have counted, and shows the sum

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations: list[str]) -> None:
    total = 0

    async def show(station: str) -> None:
        nonlocal total
        votes = await count(station)
        total += votes
        print(f"{station} {votes}, sum {total}")

    tasks = [asyncio.create_task(show(station)) for station in stations]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(f"all counted: {total}")
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
