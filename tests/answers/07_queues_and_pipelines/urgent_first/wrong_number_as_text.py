# Mistake: numbers the patients by text: the tenth comes before the second.
# Caught by: all of this holds on any day

"""Urgent first.

A vet treats her patients by urgency, from 1 (the most urgent) to 5. Of equally urgent patients, the one that came first
is treated first. The waiting room is a priority queue, and all went well until, one afternoon, two equally urgent
patients were waiting: the program ended with a TypeError.

Once it is right, `python urgent_first.py` prints this (the seconds on the left are not printed):

    0.10   Rex comes in
    0.20   Zora comes in
    0.30   Minka comes in
    0.40   Bello comes in
    0.60   Rex treated
    1.10   Bello treated
    1.60   Zora treated
    2.10   Minka treated

Leave alone: `ARRIVALS`, `next_patient` and `treat`.

Required:
- the program treats Rex, Bello, Zora and Minka, in about 2.1 s
- day() calls next_patient(1), next_patient(2) and so on, without a pause, until it returns None
- every patient is treated once, one at a time, and nobody is interrupted
- when the vet is free, she treats the most urgent patient who is waiting, at once
- of equally urgent patients, the one that came first is next
- day returns when the practice is closed and all patients are treated
"""

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


async def reception(room):
    for nth in itertools.count(1):
        patient = await next_patient(nth)
        if patient is None:
            await room.put((LAST, 0, None))
            return
        await room.put((patient["urgency"], str(nth), patient))


async def vet(room):
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
