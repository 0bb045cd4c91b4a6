# Style: a class; a TaskGroup of waiters for tasks that it does not own.

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


class Booking:
    def __init__(self, legs):
        self.tasks = {i: asyncio.create_task(reserve(leg)) for i, leg in enumerate(legs)}
    async def result(self):
        try:
            async with asyncio.TaskGroup() as tg:
                for t in self.tasks.values():
                    tg.create_task(self.wait(t))
        except* LookupError as eg:
            first = eg.exceptions[0]
        else:
            return [t.result() for t in self.tasks.values()]
        await self.undo()
        raise first
    async def wait(self, t):
        return await t
    async def undo(self):
        for t in self.tasks.values():
            t.cancel()
        await asyncio.wait(self.tasks.values())
        for t in self.tasks.values():
            if not t.cancelled() and not t.exception():
                await give_back(t.result())
async def book(legs):
    return await Booking(legs).result()




async def main() -> None:
    try:
        text = f"journey: {', '.join(await book(list(LEGS)))}"
    except LookupError as error:
        text = f"no journey: {error}"
    print(text)
    await send_letter(text)


if __name__ == "__main__":
    asyncio.run(main())
