# Mistake: gives the seats back in a finally, so also after a journey that was booked.
# Caught by: without a full leg, all legs are booked at once, in their order

import asyncio

LEGS = {"bergen-oslo": 0.2, "oslo-stockholm": 0.5, "stockholm-turku": 0.9}


async def reserve(leg: str) -> str:
    """The railway: reserves a seat or raises LookupError (leave it as it is)."""
    try:
        await asyncio.sleep(LEGS[leg])
    except asyncio.CancelledError:
        print(f"{leg}: called off")
        raise
    if leg == "oslo-stockholm":
        print(f"{leg}: full")
        raise LookupError(f"{leg} is full")
    print(f"{leg}: reserved")
    return f"seat {LEGS[leg] * 100:.0f}"


async def give_back(seat: str) -> None:
    await asyncio.sleep(0.1)
    print(f"{seat} given back")


async def send_letter(text: str) -> None:
    await asyncio.sleep(0.6)
    print("letter sent")


async def book(legs: list[str]) -> list[str]:
    seats: list[str] = []

    async def reserve_one(leg: str) -> str:
        seats.append(await reserve(leg))
        return seats[-1]

    tasks = [asyncio.create_task(reserve_one(leg)) for leg in legs]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        for seat in seats:
            await give_back(seat)


async def main() -> None:
    try:
        text = f"journey: {', '.join(await book(list(LEGS)))}"
    except LookupError as error:
        text = f"no journey: {error}"
    print(text)
    await send_letter(text)


if __name__ == "__main__":
    asyncio.run(main())
