# Mistake: takes one seat and tells it to everybody who is on the list.
# Caught by: one seat is taken for each guest on the list, after the list says yes

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
    seat = await take_seat(GUESTS[0])
    for guest in GUESTS:
        print(f"{guest}: come in, seat {seat}" if await on_the_list(guest) else f"{guest}: not on the list")


if __name__ == "__main__":
    asyncio.run(main())
