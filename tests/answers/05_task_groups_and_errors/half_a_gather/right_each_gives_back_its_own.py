# Style: each reservation gives its own seat back, when an event tells that a leg is full.

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


class Journey:
    """One journey: all of its legs or none."""

    def __init__(self, legs: list[str]) -> None:
        self.legs = legs
        self.error: LookupError | None = None
        self.tasks: list[asyncio.Task[str | None]] = []

    async def leg(self, leg: str) -> str | None:
        try:
            return await reserve(leg)
        except LookupError as error:
            self.error = self.error or error
            for task in self.tasks:
                if task is not asyncio.current_task():
                    task.cancel()
            return None

    async def run(self) -> list[str]:
        self.tasks = [asyncio.create_task(self.leg(leg)) for leg in self.legs]
        outcomes = await asyncio.gather(*self.tasks, return_exceptions=True)
        seats = [outcome for outcome in outcomes if isinstance(outcome, str)]
        if self.error is None:
            return seats
        for seat in reversed(seats):
            await give_back(seat)
        raise self.error


async def book(legs: list[str]) -> list[str]:
    return await Journey(legs).run()


async def main() -> None:
    try:
        text = f"journey: {', '.join(await book(list(LEGS)))}"
    except LookupError as error:
        text = f"no journey: {error}"
    print(text)
    await send_letter(text)


if __name__ == "__main__":
    asyncio.run(main())
