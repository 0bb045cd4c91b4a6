# Style: plain functions, and one asyncio.Runner for all questions.

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


def welcome(guest, runner):
    listed = runner.run(on_the_list(guest))
    return f"{guest}: come in, seat {runner.run(take_seat(guest))}" if listed else f"{guest}: not on the list"


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        for guest in GUESTS:
            print(welcome(guest, runner))
