# Mistake: calls the next patient in while the last one is still being treated.
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


async def day():
    room = asyncio.PriorityQueue()

    async def vet():
        waiting = await room.get()
        while waiting[2] is not None:
            treating = asyncio.create_task(treat(waiting[2]["name"]))
            waiting = await room.get()
            await treating

    async def reception():
        nth = 1
        while patient := await next_patient(nth):
            room.put_nowait((patient["urgency"], nth, patient))
            nth += 1
        room.put_nowait((99, nth, None))

    await asyncio.gather(vet(), reception())


if __name__ == "__main__":
    asyncio.run(day())
