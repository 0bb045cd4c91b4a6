# Style: tasks for the scales, each parcel stamped when its turn comes; the printer behind a class.

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


class Desk:
    def __init__(self, parcels: list[str]) -> None:
        self.weights = {parcel: asyncio.ensure_future(weigh(parcel)) for parcel in parcels}

    async def send_all(self) -> None:
        for parcel, weight in self.weights.items():
            grams = await weight
            log(f"{parcel}: {grams} g, stamp {stamp(parcel, grams)}")


async def main() -> None:
    await Desk(PARCELS).send_all()
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
