# Mistake: weighs once for the stamp and once for the log.
# Caught by: each parcel is weighed exactly once

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
    number = stamp(parcel, await weigh(parcel))
    log(f"{parcel}: {await weigh(parcel)} g, stamp {number}")


async def main() -> None:
    for parcel in PARCELS:
        await send(parcel)
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
