# Style: first the whole list in a TaskGroup, then the seats, one after the other.

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


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        questions = [group.create_task(on_the_list(guest)) for guest in GUESTS]
    for guest, question in zip(GUESTS, questions):
        if question.result():
            print(f"{guest}: come in, seat {await take_seat(guest)}")
        else:
            print(f"{guest}: not on the list")


if __name__ == "__main__":
    asyncio.run(main())
