# Mistake: waits until the practice closes, and only then treats them all, in perfect order.
# Caught by: the vet goes on as soon as she is free and a patient is waiting

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


async def day() -> None:
    patients: list[dict[str, Any]] = []
    for nth in itertools.count(1):
        patient = await next_patient(nth)
        if patient is None:
            break
        patients.append(patient)
    for patient in sorted(patients, key=lambda one: one["urgency"]):
        await treat(patient["name"])


if __name__ == "__main__":
    asyncio.run(day())
