# Style: futures with names, collected with asyncio.wait; the lines are written in one go.

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
    if await on_the_list(guest):
        return f"{guest}: come in, seat {await take_seat(guest)}"
    return f"{guest}: not on the list"


async def main() -> None:
    tasks = {guest: asyncio.create_task(welcome(guest), name=guest) for guest in GUESTS}
    done, _ = await asyncio.wait(tasks.values())
    lines = {task.get_name(): task.result() for task in done}
    print("\n".join(lines[guest] for guest in GUESTS))


if __name__ == "__main__":
    asyncio.run(main())
