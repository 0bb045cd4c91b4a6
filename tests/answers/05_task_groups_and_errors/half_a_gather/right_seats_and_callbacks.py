# Style: a wrapper of each reservation remembers its seat; a callback of the first that fails cancels the rest.

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
    tasks = []
    full = []

    def ended(task):
        if not task.cancelled() and task.exception():
            full.append(task.exception())
            for each in tasks:
                each.cancel()

    for leg in legs:
        tasks.append(asyncio.get_running_loop().create_task(reserve(leg)))
        tasks[-1].add_done_callback(ended)
    if tasks:
        await asyncio.wait(tasks)
    if not full:
        return [task.result() for task in tasks]
    for task in tasks:
        if not task.cancelled() and not task.exception():
            await give_back(task.result())
    raise full[0]


async def main() -> None:
    try:
        text = f"journey: {', '.join(await book(list(LEGS)))}"
    except LookupError as error:
        text = f"no journey: {error}"
    print(text)
    await send_letter(text)


if __name__ == "__main__":
    asyncio.run(main())
