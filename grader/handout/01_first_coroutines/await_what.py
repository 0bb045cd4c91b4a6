"""Weigh it, stamp it, send it.

A parcel desk: the scale needs a moment to settle, then the printer puts a stamp on the parcel and a line is written
to the log. The desk stops at the first parcel, and the odd thing is that this parcel does carry a stamp.

Once it is right, you see (seconds on the left):

    0.4  books: 2500 g, stamp 2500-books
    0.8  shoes: 2500 g, stamp 2500-shoes
    1.2  lamp: 2000 g, stamp 2000-lamp
    1.2  All sent

Every parcel is weighed exactly once and stamped exactly once, after it was weighed, with its own weight. You may
weigh the parcels one after the other or together, as long as it takes no longer than shown, the lines come in the
order of PARCELS, and nothing else goes to standard output.

May not change: PARCELS, `weigh` and `stamp`. They are the outside world.
"""

import asyncio

PARCELS = ["books", "shoes", "lamp"]


async def weigh(parcel: str) -> int:
    """The scale needs a moment; returns grams."""
    await asyncio.sleep(0.4)
    return 500 * len(parcel)


def stamp(parcel: str, grams: int) -> str:
    """The printer stamps the parcel at once; returns the number on the stamp."""
    return f"{grams}-{parcel}"


def log(line: str) -> None:
    print(line)


async def send(parcel: str) -> None:
    grams = await weigh(parcel)
    number = await stamp(parcel, grams)
    await log(f"{parcel}: {grams} g, stamp {number}")


async def main() -> None:
    for parcel in PARCELS:
        await send(parcel)
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
