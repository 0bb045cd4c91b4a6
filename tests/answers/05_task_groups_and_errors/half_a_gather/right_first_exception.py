# Style: wait(FIRST_EXCEPTION), and the seats are given back all at once.

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
    tasks = [asyncio.create_task(reserve(leg)) for leg in legs]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    if not any(task.exception() for task in done):
        return [task.result() for task in tasks]
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending)
    errors = [error for task in done if (error := task.exception())]
    await asyncio.gather(*[give_back(task.result()) for task in done if not task.exception()])
    raise errors[0]


async def main() -> None:
    try:
        text = f"journey: {', '.join(await book(list(LEGS)))}"
    except LookupError as error:
        text = f"no journey: {error}"
    print(text)
    await send_letter(text)


if __name__ == "__main__":
    asyncio.run(main())
