# Mistake: takes the largest number for the most urgent.
# Caught by: the most urgent patient is next, even if it came last

import asyncio
import itertools
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


LAST = 99  # behind everybody


async def reception(room: asyncio.PriorityQueue[Any]) -> None:
    for nth in itertools.count(1):
        patient = await next_patient(nth)
        if patient is None:
            await room.put((LAST, 0, None))
            return
        await room.put((-patient["urgency"], nth, patient))


async def vet(room: asyncio.PriorityQueue[Any]) -> None:
    while True:
        _, _, patient = await room.get()
        if patient is None:
            return
        await treat(patient["name"])


async def day() -> None:
    room: asyncio.PriorityQueue[Any] = asyncio.PriorityQueue()
    await asyncio.gather(reception(room), vet(room))


if __name__ == "__main__":
    asyncio.run(day())
