# Mistake: weighs all parcels together, and takes the weights as they arrive.
# Caught by: each parcel is stamped exactly once, with the weight that the scale showed

import asyncio

PARCELS = ["books", "shoes", "lamp"]


async def weigh(parcel: str) -> int:
    """The scale needs a moment; returns grams."""
    await asyncio.sleep(0.4)
    return 500 * len(parcel)


def stamp(parcel: str, grams: int) -> str:
    """The printer stamps the parcel at once; returns the number on the stamp."""
    return f"{grams}-{parcel}"


async def main() -> None:
    weights = asyncio.as_completed([weigh(parcel) for parcel in PARCELS])
    for parcel, weight in zip(PARCELS, weights):
        grams = await weight
        print(f"{parcel}: {grams} g, stamp {stamp(parcel, grams)}")
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
