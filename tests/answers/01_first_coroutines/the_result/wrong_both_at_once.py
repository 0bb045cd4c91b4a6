# Mistake: asks the list and takes the seat at the same time, and drops the seat if need be.
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


async def welcome(guest: str) -> str:
    listed, seat = await asyncio.gather(on_the_list(guest), take_seat(guest))
    if listed:
        return f"{guest}: come in, seat {seat}"
    return f"{guest}: not on the list"


async def main() -> None:
    for guest in GUESTS:
        print(await welcome(guest))


if __name__ == "__main__":
    asyncio.run(main())
