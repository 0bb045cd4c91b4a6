# Style: a screen class with a callback on each task.

import asyncio

VOTES = {"town hall": 640, "school": 310, "library": 120, "theatre": 455}
SECONDS = {"town hall": 1.2, "school": 0.6, "library": 0.3, "theatre": 0.9}


async def count(station: str) -> int:
    """Count the votes of one polling station."""
    await asyncio.sleep(SECONDS[station])
    return VOTES[station]


class Screen:
    """The big screen."""

    def __init__(self) -> None:
        self.total = 0

    def show(self, task: asyncio.Task[int]) -> None:
        self.total += task.result()
        print(f"{task.get_name()} {task.result()}, sum {self.total}")


async def election_night(stations: list[str]) -> None:
    screen = Screen()
    tasks = [asyncio.create_task(count(station), name=station) for station in stations]
    for task in tasks:
        task.add_done_callback(screen.show)
    await asyncio.gather(*tasks)
    await asyncio.sleep(0)
    print(f"all counted: {screen.total}")


if __name__ == "__main__":
    asyncio.run(election_night(list(VOTES)))
