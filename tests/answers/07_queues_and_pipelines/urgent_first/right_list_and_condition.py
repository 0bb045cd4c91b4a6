# Style: a plain list: min takes the first of the smallest. A condition tells the vet of news.

import asyncio
from typing import Any

ARRIVALS = [(0.1, "Rex", 3), (0.1, "Zora", 3), (0.1, "Minka", 3), (0.1, "Bello", 1)]


async def next_patient(nth: int) -> dict[str, Any] | None:
    """Wait for the nth patient (from 1); None if the practice closes instead (leave it as it is)."""
    if nth > len(ARRIVALS):
        return None
    pause, name, urgency = ARRIVALS[nth - 1]
    await asyncio.sleep(pause)
    print(f"{name} comes in")
    return {"name": name, "urgency": urgency}


async def treat(name: str) -> None:
    """Treat a patient (leave it as it is)."""
    await asyncio.sleep(0.5)
    print(f"{name} treated")


class Room:
    """The waiting room."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.closed = False
        self.news = asyncio.Condition()

    async def reception(self) -> None:
        nth = 1
        while (patient := await next_patient(nth)) is not None:
            async with self.news:
                self.waiting.append(patient)
                self.news.notify()
            nth += 1
        async with self.news:
            self.closed = True
            self.news.notify()

    async def vet(self) -> None:
        while True:
            async with self.news:
                await self.news.wait_for(lambda: self.waiting or self.closed)
                if not self.waiting:
                    return
                patient = min(self.waiting, key=lambda one: one["urgency"])
                self.waiting.remove(patient)
            await treat(patient["name"])


async def day() -> None:
    room = Room()
    await asyncio.gather(room.reception(), room.vet())


if __name__ == "__main__":
    asyncio.run(day())
