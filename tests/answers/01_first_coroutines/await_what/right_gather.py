# Style: all parcels on their scales together; stamps and log afterwards.

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


async def main() -> None:
    weights = await asyncio.gather(*(weigh(parcel) for parcel in PARCELS))
    for parcel, grams in zip(PARCELS, weights):
        log(f"{parcel}: {grams} g, stamp {stamp(parcel, grams)}")
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
