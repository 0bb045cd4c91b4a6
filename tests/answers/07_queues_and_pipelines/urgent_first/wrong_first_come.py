# Mistake: a plain queue: no comparison, no error, no urgency.
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


async def reception(room: asyncio.Queue[Any]) -> None:
    for nth in itertools.count(1):
        patient = await next_patient(nth)
        await room.put(patient)
        if patient is None:
            return


async def vet(room: asyncio.Queue[Any]) -> None:
    while (patient := await room.get()) is not None:
        await treat(patient["name"])


async def day() -> None:
    room: asyncio.Queue[Any] = asyncio.Queue()
    await asyncio.gather(reception(room), vet(room))


if __name__ == "__main__":
    asyncio.run(day())
