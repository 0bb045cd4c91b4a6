# Mistake: knows by heart who is on the list, and waits for show.
# Caught by: the list is asked exactly once for each guest

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
    await asyncio.sleep(0.3)
    if guest != "Bob":
        await asyncio.sleep(0.2)
        return f"{guest}: come in, seat {len(guest)}{guest[0]}"
    return f"{guest}: not on the list"


async def main() -> None:
    for guest in GUESTS:
        print(await welcome(guest))


if __name__ == "__main__":
    asyncio.run(main())
