# Style: a coroutine function around the printer, a TaskGroup around the parcels, arguments by keyword.

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


async def stamped(parcel: str, grams: int) -> str:
    return stamp(parcel=parcel, grams=grams)


async def send(parcel: str) -> str:
    grams = await weigh(parcel=parcel)
    return f"{parcel}: {grams} g, stamp {await stamped(parcel, grams)}"


async def main() -> None:
    async with asyncio.TaskGroup() as desk:
        lines = [desk.create_task(send(parcel)) for parcel in PARCELS]
    for line in lines:
        log(line.result())
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
