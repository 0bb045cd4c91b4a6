"""Who may come in?

At the door of a conference the guests are looked up on the list. Whoever is on it is given a seat; the others are
turned away. That was the plan. In fact everybody gets in, and the seats they are told are strange.

Once it is right, you see (seconds on the left):

    0.5  Ada: come in, seat 3A
    0.8  Bob: not on the list
    1.3  Cleo: come in, seat 4C

The list is asked exactly once for each guest. A seat is taken exactly once for each guest who is on the list, after
the list has said yes, and never for anybody else. You may look up the guests one after the other or together, as
long as it takes no longer than shown, the lines come in the order of GUESTS, and nothing else goes to standard output.

May not change: GUESTS, `on_the_list` and `take_seat`. They are the outside world.
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
