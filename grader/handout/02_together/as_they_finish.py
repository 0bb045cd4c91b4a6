"""As they finish.

On election night, four polling stations count their votes, and a big screen shows each result with the sum so far. The
small stations finish early. As handed out, the screen stays empty until the slowest has finished, and by then the
audience has gone home.

Once it is right, `python as_they_finish.py` prints this (on the left: seconds from the start, not printed):

    0.30   library 120, sum 120
    0.60   school 310, sum 430
    0.90   theatre 455, sum 885
    1.20   town hall 640, sum 1525
    1.20   all counted: 1525

The grader imports this file and calls election_night itself: keep its name, its `async def`, and the last two lines.

Leave alone: `VOTES`, `SECONDS` and `count`.

Required:
- the program prints the results in the order of their arrival, in about 1.2 s
- election_night(stations) shows each result as soon as it is known
- each line shows the votes of the station and the sum so far
- the last line comes when all stations have counted, and shows the sum
- any number of stations count at the same time, each of them once
"""

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
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
