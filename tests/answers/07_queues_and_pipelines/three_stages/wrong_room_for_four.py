# Mistake: gives the queues room for four loads: the washing machine waits for the dryer.
# Caught by: all of this holds, whichever machine is slow

"""Three stages.

A laundry has one washing machine, one dryer and one ironing machine. A load goes through all three, and only then does
the next load go into the washing machine. So at any time two of the three machines stand idle.

Once it is right, `python three_stages.py` prints this (the seconds on the left are not printed):

    0.20   towels washed
    0.40   shirts washed
    0.60   sheets washed
    0.80   towels dried
    1.10   towels ironed
    1.40   shirts dried
    1.70   shirts ironed
    2.00   sheets dried
    2.30   sheets ironed
    2.30   ready: towels, shirts, sheets

Leave alone: `LOADS`, `wash`, `dry` and `iron`.

Required:
- the program has three loads ready after about 2.3 s
- every load goes through wash, dry and iron, each time with what the machine before returned
- a machine takes one load at a time, in the order of the list
- every machine starts as soon as it is free and the load is there (there is room for all loads between the machines)
- laundry(loads) returns what iron returned, in the order of the list
"""

import asyncio

LOADS = ["towels", "shirts", "sheets"]


async def wash(load: str) -> str:
    """The washing machine (leave it as it is)."""
    await asyncio.sleep(0.2)
    print(load, "washed")
    return load


async def dry(load: str) -> str:
    """The dryer (leave it as it is)."""
    await asyncio.sleep(0.6)
    print(load, "dried")
    return load


async def iron(load: str) -> str:
    """The ironing machine (leave it as it is)."""
    await asyncio.sleep(0.3)
    print(load, "ironed")
    return load


async def laundry(loads):
    washed, dried, ready = asyncio.Queue(4), asyncio.Queue(4), []

    async def w():
        for load in loads:
            await washed.put(await wash(load))

    async def d():
        for _ in loads:
            await dried.put(await dry(await washed.get()))

    async def i():
        for _ in loads:
            ready.append(await iron(await dried.get()))

    await asyncio.gather(w(), d(), i())
    return ready


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
