# Style: a TaskGroup, the screen guarded by a lock (which it would not need), progress on standard error.

import asyncio
import sys

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations: list[str]) -> None:
    total = 0
    lock = asyncio.Lock()

    async def show(station: str) -> None:
        nonlocal total
        print(f"{station} counts", file=sys.stderr)
        votes = await count(station)
        async with lock:
            total += votes
            print(f"{station} {votes}, sum {total}")

    async with asyncio.TaskGroup() as group:
        for station in stations:
            group.create_task(show(station))
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
