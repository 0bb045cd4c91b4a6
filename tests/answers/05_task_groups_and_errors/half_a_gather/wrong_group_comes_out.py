# Mistake: raises the ExceptionGroup of the TaskGroup, for which main is not prepared.
# Shows: uncaught-group
# Caught by: when the seats are given back, the letter says which leg is full

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

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(reserve_one(leg)) for leg in legs]
    except* LookupError:
        for seat in seats:
            await give_back(seat)
        raise
    return [task.result() for task in tasks]


async def main() -> None:
    try:
        text = f"journey: {', '.join(await book(list(LEGS)))}"
    except LookupError as error:
        text = f"no journey: {error}"
    print(text)
    await send_letter(text)


if __name__ == "__main__":
    asyncio.run(main())
