# Mistake: gives the list a second and then looks at the task.
# Caught by: no time is lost: looking up the guests one after the other is fast enough

import asyncio

GUESTS = ["Ada", "Bob", "Cleo"]


async def on_the_list(guest: str) -> bool:
    """Ask the list, which takes a moment."""
    await asyncio.sleep(0.3)
    return guest != "Bob"


async def take_seat(guest: str) -> str:
    """Take a free seat for this guest; returns its number."""
    await asyncio.sleep(0.2)
    return f"{len(guest)}{guest[0]}"


async def welcome(guest: str) -> str:
    question = asyncio.create_task(on_the_list(guest))
    await asyncio.sleep(1)
    if question.result():
        return f"{guest}: come in, seat {await take_seat(guest)}"
    return f"{guest}: not on the list"


async def main() -> None:
    for guest in GUESTS:
        print(await welcome(guest))


if __name__ == "__main__":
    asyncio.run(main())
