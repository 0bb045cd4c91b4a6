# Style: no async def besides main: done callbacks stamp and note, main waits for the last.

import asyncio

PARCELS = ["books", "shoes", "lamp"]


async def weigh(parcel: str) -> int:
    """The scale needs a moment; returns grams."""
    await asyncio.sleep(0.4)
    return 500 * len(parcel)


def stamp(parcel: str, grams: int) -> str:
    """The printer stamps the parcel at once; returns the number on the stamp."""
    return f"{grams}-{parcel}"


async def main():
    sent = {}
    scales = {parcel: asyncio.ensure_future(weigh(parcel)) for parcel in PARCELS}
    for parcel, scale in scales.items():
        scale.add_done_callback(
            lambda scale, parcel=parcel: sent.update({parcel: (scale.result(), stamp(parcel, scale.result()))})
        )
    await asyncio.gather(*scales.values())
    for parcel in PARCELS:
        print("{0}: {1[0]} g, stamp {1[1]}".format(parcel, sent[parcel]))
    print("All sent")


if __name__ == "__main__":
    asyncio.run(main())
