# Mistake: compares the urgency alone, and takes for granted that a heap keeps the order of equals.
# Caught by: of equally urgent patients, the one that came first is next

import asyncio
import itertools
from dataclasses import dataclass, field
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


@dataclass(order=True)
class Turn:
    urgency: int
    patient: dict[str, Any] | None = field(compare=False)


async def reception(room: asyncio.PriorityQueue[Turn]) -> None:
    for nth in itertools.count(1):
        patient = await next_patient(nth)
        if patient is None:
            await room.put(Turn(LAST, None))
            return
        await room.put(Turn(patient["urgency"], patient))


async def vet(room: asyncio.PriorityQueue[Turn]) -> None:
    while True:
        patient = (await room.get()).patient
        if patient is None:
            return
        await treat(patient["name"])


async def day() -> None:
    room: asyncio.PriorityQueue[Turn] = asyncio.PriorityQueue()
    await asyncio.gather(reception(room), vet(room))


if __name__ == "__main__":
    asyncio.run(day())
