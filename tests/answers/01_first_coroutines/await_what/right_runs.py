# Style: plain code that calls asyncio.run for each weight.

import asyncio

PARCELS = ["books", "shoes", "lamp"]


async def weigh(parcel: str) -> int:
    """The scale needs a moment; returns grams."""
    await asyncio.sleep(0.4)
    return 500 * len(parcel)


def stamp(parcel: str, grams: int) -> str:
    """The printer stamps the parcel at once; returns the number on the stamp."""
    return f"{grams}-{parcel}"


def send(parcel):
    grams = asyncio.run(weigh(parcel))
    return f"{parcel}: {grams} g, stamp {stamp(parcel, grams)}"


for parcel in PARCELS:
    print(send(parcel))
print("All sent")
