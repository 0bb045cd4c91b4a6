"""Half a gather.

A travel agent reserves a seat on every leg of a journey, on all at the same time. When one leg is full, what has been
reserved is given back. The railway complains all the same: again and again a seat stays reserved that nobody pays for.

Once it is right, `python half_a_gather.py` prints this (on the left: seconds from the start, not printed):

    0.20   bergen-oslo: reserved
    0.50   oslo-stockholm: full
    0.50   stockholm-turku: called off
    0.60   seat 20 given back
    0.60   no journey: oslo-stockholm is full
    1.20   letter sent

What may not change: LEGS, reserve, give_back and send_letter (when graded, others take their place), and main.
book(legs) asks for all legs at the same time, and returns the seats in the order of the legs. When a leg is full
(LookupError), it calls off at once what is still under way, gives back every seat that it has got, once, and then
raises that LookupError. (A reserve that is cancelled reserves nothing.)
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
