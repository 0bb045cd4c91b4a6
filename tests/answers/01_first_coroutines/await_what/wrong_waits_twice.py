# Mistake: waits for the printer too, a second for each stamp.
# Caught by: no time is lost

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
    number = stamp(parcel, grams)
    await asyncio.sleep(1)
    log(f"{parcel}: {grams} g, stamp {number}")


async def main() -> None:
    for parcel in PARCELS:
        await send(parcel)
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
