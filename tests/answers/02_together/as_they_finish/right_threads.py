# Style: a thread with an event loop of its own for each station; the screen is on the main loop.

import asyncio
import threading

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


async def election_night(stations):
    loop = asyncio.get_running_loop()
    news = asyncio.Queue()

    def report(station):
        votes = asyncio.run(count(station))
        loop.call_soon_threadsafe(news.put_nowait, (station, votes))

    for station in stations:
        threading.Thread(target=report, args=(station,)).start()
    total = 0
    for _ in stations:
        station, votes = await news.get()
        total += votes
        print(f"{station} {votes}, sum {total}")
    print(f"all counted: {total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
