"""Supervisor.

A harbour listens to its tide gauges, each over a connection that breaks now and then. It then connects again at once,
and again, and again: on a stormy night that is what brings the gauges down. And an error in the harbour's own program
is not noticed at all, since it is treated in the same way.

Once it is right, `python supervisor.py` prints this (on the left: seconds from the start, not printed):

    0.10   north: connection 1 is broken
    0.40   north: connection 2 is broken
    0.60   south: over
    1.20   north: over
    1.50   signed off

What may not change: GAUGES, FIRST, MOST, STEADY, listen, sign_off (when graded, others take their place) and main.
watch(gauges) listens to all gauges at the same time and returns when all are over. A gauge is over when its listen
returns. When listen raises ConnectionError, that gauge is connected again, with the next number (1 is the first), but
after a pause: FIRST seconds, then twice as long each time, at most MOST. After a connection that has lasted longer than
STEADY seconds it begins with FIRST again. The other gauges notice nothing of all that. Any other error is a fault:
it is not tried again, ends the listening to all gauges at once, and comes out of watch (by itself or in a group).
"""

import asyncio

GAUGES = ["north", "south"]
FIRST, MOST, STEADY = 0.2, 0.8, 1.0


async def listen(gauge: str, number: int) -> None:
    """One connection, until it is over or breaks (leave it as it is)."""
    if gauge == "north" and number < 3:
        await asyncio.sleep(0.1)
        print(f"{gauge}: connection {number} is broken")
        raise ConnectionError(f"connection {number} of {gauge}")
    await asyncio.sleep(0.4 if gauge == "north" else 0.6)
    print(f"{gauge}: over")


async def sign_off() -> None:
    await asyncio.sleep(0.3)
    print("signed off")


async def supervise(gauge: str) -> None:
    number = 1
    while True:
        try:
            return await listen(gauge, number)
        except Exception:
            number += 1


async def watch(gauges: list[str]) -> None:
    await asyncio.gather(*map(supervise, gauges))


async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
