"""Supervisor.

A harbour listens to its tide gauges, each over a connection that breaks now and then. The program then connects again
at once, and again, and again: on a stormy night, these attempts bring the gauges down. And nobody notices a mistake in
the harbour's own program, because it is treated like a broken connection.

Once it is right, `python supervisor.py` prints this (the seconds on the left are not printed):

    0.10   north: connection 1 is broken
    0.40   north: connection 2 is broken
    0.60   south: over
    1.20   north: over
    1.50   signed off

Leave alone: `GAUGES`, `FIRST`, `MOST`, `STEADY`, `listen`, `sign_off` and `main`.

Required:
- watch(gauges) listens to all gauges at the same time, and returns when all of them have finished
- a gauge has finished when its listen returns
- when listen raises a ConnectionError, that gauge is connected again, with the next number (1 is the first)
- the pause before that is FIRST seconds, then twice as long each time, at most MOST
- after a connection that lasted longer than STEADY seconds, the pause is FIRST again
- meanwhile watch listens to the other gauges
- any other error is a fault: the gauge is not connected again, watch stops listening to all gauges at once, and raises
  the error, as it is or in a group
"""

import asyncio

GAUGES = ["north", "south"]
FIRST, MOST, STEADY = 0.2, 0.8, 1.0


async def listen(gauge: str, number: int) -> None:
    """One connection, until the gauge has finished or the connection breaks (leave it as it is)."""
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
