# Style: a heap and callbacks, no queue; no type hints.

import asyncio
import heapq
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


class Room:
    def __init__(self):
        self.heap, self.busy, self.closed, self.done, self.nth = (
            [],
            None,
            False,
            asyncio.get_running_loop().create_future(),
            0,
        )

    def come(self, patient):
        self.nth += 1
        heapq.heappush(self.heap, [patient["urgency"], self.nth, patient["name"]])
        self.next()

    def next(self, *_):
        if self.busy and not self.busy.done():
            return
        if self.heap:
            self.busy = asyncio.ensure_future(treat(heapq.heappop(self.heap)[2]))
            self.busy.add_done_callback(self.next)
        elif self.closed and not self.done.done():
            self.done.set_result(None)


async def day():
    room = Room()
    nth = 1
    while patient := await next_patient(nth):
        room.come(patient)
        nth += 1
    room.closed = True
    room.next()
    await room.done


if __name__ == "__main__":
    asyncio.run(day())
