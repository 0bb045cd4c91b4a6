"""Weigh it, stamp it, send it.

At a parcel desk, the scale needs a moment to settle. Then the printer stamps the parcel at once, and a line is written
to the log. As handed out, the desk stops at its first parcel, and the odd thing is that this parcel does carry a stamp.

Once it is right, it prints this (on the left: seconds from the start, not printed):

    0.4  books: 2500 g, stamp 2500-books
    0.8  shoes: 2500 g, stamp 2500-shoes
    1.2  lamp: 2000 g, stamp 2000-lamp
    1.2  All sent

Leave alone: `PARCELS`, `weigh` and `stamp`.

Required:
- each parcel is weighed exactly once
- each parcel is stamped exactly once, with the weight that the scale showed
- the log has a line for each parcel, in the order of PARCELS, then "All sent"
- no time is lost (weighing one parcel after the other is fast enough)
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
    # `stamp` and `log` are plain functions: the call does the work and returns the value, so there is nothing to await.
    # An `await` in front would fail only after the call. That is how the first parcel got its stamp.
    number = stamp(parcel, grams)
    log(f"{parcel}: {grams} g, stamp {number}")


async def main() -> None:
    for parcel in PARCELS:
        await send(parcel)
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
