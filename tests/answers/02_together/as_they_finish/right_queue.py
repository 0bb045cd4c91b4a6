# Style: the stations report to a queue that the screen reads.

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations: list[str]) -> None:
    reports: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def report(station: str) -> None:
        reports.put_nowait((station, await count(station)))

    total = 0
    async with asyncio.TaskGroup() as group:
        for station in stations:
            group.create_task(report(station))
        for _ in stations:
            station, votes = await reports.get()
            total += votes
            print(f"{station} {votes}, sum {total}")
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
