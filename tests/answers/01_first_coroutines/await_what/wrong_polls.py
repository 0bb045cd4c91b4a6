# Mistake: looks at the scale every 50 ms.
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
    scale = asyncio.create_task(weigh(parcel))
    while not scale.done():
        await asyncio.sleep(0.05)
    grams = scale.result()
    log(f"{parcel}: {grams} g, stamp {stamp(parcel, grams)}")


async def main() -> None:
    for parcel in PARCELS:
        await send(parcel)
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
