# Style: a deque for each urgency, and an event.

import asyncio
import itertools
from collections import defaultdict, deque
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


async def day() -> None:
    rooms: dict[int, deque[str]] = defaultdict(deque)
    news = asyncio.Event()
    closed = False

    async def vet() -> None:
        while True:
            urgency = min((urgency for urgency, room in rooms.items() if room), default=None)
            if urgency is not None:
                await treat(rooms[urgency].popleft())
            elif closed:
                return
            else:
                news.clear()
                await news.wait()

    treating = asyncio.create_task(vet())
    for nth in itertools.count(1):
        patient = await next_patient(nth)
        if patient is None:
            break
        rooms[patient["urgency"]].append(patient["name"])
        news.set()
    closed = True
    news.set()
    await treating


if __name__ == "__main__":
    asyncio.run(day())
