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
- every load goes through wash, dry and iron; each machine gets what the machine before it returned
- a machine takes one load at a time, in the order of the list
- every machine starts as soon as it is free and the load is there (between the machines there is room for all loads)
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


async def laundry(loads: list[str]) -> list[str]:
    ready: list[str] = []
    for load in loads:
        wet = await wash(load)
        creased = await dry(wet)
        ready.append(await iron(creased))
    return ready


if __name__ == "__main__":
    print("ready:", ", ".join(asyncio.run(laundry(LOADS))))
