"""Half a gather.

A travel agent reserves a seat on every leg of a journey, on all legs at the same time. When one leg is full, the agent
gives back the seats that have been reserved. Still, the railway complains: again and again a seat stays reserved, and
nobody pays for it.

Once it is right, `python half_a_gather.py` prints this (the seconds on the left are not printed):

    0.20   bergen-oslo: reserved
    0.50   oslo-stockholm: full
    0.50   stockholm-turku: called off
    0.60   seat 20 given back
    0.60   no journey: oslo-stockholm is full
    1.20   letter sent

Leave alone: `LEGS`, `reserve`, `give_back`, `send_letter` and `main`.

Required:
- book(legs) asks for all legs at the same time, and returns the seats in the order of the legs
- when a leg is full (reserve raises LookupError), book at once cancels every reserve that is still running (a
  cancelled reserve reserves nothing)
- then it gives back every seat that was reserved, once (two trains may have a seat of the same name)
- when that is done, it raises the LookupError (any of them, when several legs turn out to be full at the same moment)
"""

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
        return await asyncio.gather(*[reserve_one(leg) for leg in legs])
    except LookupError:
        for seat in seats:
            await give_back(seat)
        raise


async def main() -> None:
    try:
        text = f"journey: {', '.join(await book(list(LEGS)))}"
    except LookupError as error:
        text = f"no journey: {error}"
    print(text)
    await send_letter(text)


if __name__ == "__main__":
    asyncio.run(main())
