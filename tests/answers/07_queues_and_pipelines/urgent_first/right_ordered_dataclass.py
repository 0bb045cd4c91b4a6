# Style: a dataclass with an order: urgency, then number; the name takes no part. TaskGroup, join and cancel.

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


@dataclass(order=True)
class Patient:
    urgency: int
    number: int
    name: str = field(compare=False)


async def vet(room: asyncio.PriorityQueue[Patient]) -> None:
    while True:
        patient = await room.get()
        await treat(patient.name)
        room.task_done()


async def day() -> None:
    room: asyncio.PriorityQueue[Patient] = asyncio.PriorityQueue()
    async with asyncio.TaskGroup() as group:
        treating = group.create_task(vet(room))
        for nth in itertools.count(1):
            patient = await next_patient(nth)
            if patient is None:
                break
            await room.put(Patient(patient["urgency"], nth, patient["name"]))
        await room.join()
        treating.cancel()


if __name__ == "__main__":
    asyncio.run(day())
