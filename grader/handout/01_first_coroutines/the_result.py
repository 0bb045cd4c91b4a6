"""Who may come in?

At the door of a conference, each guest is looked up on the list. Guests on the list are given a seat; all others are
turned away. As handed out, the program lets everybody in, and the seats that it announces look very strange.

Once it is right, it prints this (on the left: seconds from the start, not printed):

    0.5  Ada: come in, seat 3A
    0.8  Bob: not on the list
    1.3  Cleo: come in, seat 4C

Leave alone: `GUESTS`, `on_the_list` and `take_seat`.

Required:
- a guest who is not on the list is turned away
- a guest on the list comes in and is told the seat that was taken
- the list is asked exactly once for each guest
- one seat is taken for each guest on the list, after the list says yes
- there is one line for each guest, in the order of GUESTS, and nothing else
- no time is lost: looking up the guests one after the other is fast enough
"""

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
    if on_the_list(guest):
        return f"{guest}: come in, seat {take_seat(guest)}"
    return f"{guest}: not on the list"


async def main() -> None:
    for guest in GUESTS:
        print(await welcome(guest))


if __name__ == "__main__":
    asyncio.run(main())
