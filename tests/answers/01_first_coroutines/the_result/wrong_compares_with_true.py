# Mistake: compares the coroutine object with True: now nobody gets in.
# Shows: never-awaited
# Caught by: a guest on the list comes in and is told the seat that was taken

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
    if on_the_list(guest) is True:
        return f"{guest}: come in, seat {await take_seat(guest)}"
    return f"{guest}: not on the list"


async def main() -> None:
    for guest in GUESTS:
        print(await welcome(guest))


if __name__ == "__main__":
    asyncio.run(main())
