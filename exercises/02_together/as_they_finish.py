"""As they finish.

Election night: four polling stations count, and the big screen shows each result with the sum so far. The small
stations are done early, but the screen stays empty until the slowest has finished. The audience has gone home by then.

Once it is right, `python as_they_finish.py` prints this (on the left: seconds from the start, not printed):

    0.30   library 120, sum 120
    0.60   school 310, sum 430
    0.90   theatre 455, sum 885
    1.20   town hall 640, sum 1525
    1.20   all counted: 1525

What may not change: count (when graded, another one with other answers and other delays takes its place);
election_night(stations) has all stations count at the same time, each once, and prints the lines above, each at the
moment it is known.
"""

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station (leave it as it is)."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations: list[str]) -> None:
    total = 0
    results = await asyncio.gather(*[count(station) for station in stations])
    for station, votes in zip(stations, results):
        total += votes
        print(f"{station} {votes}, sum {total}")
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
