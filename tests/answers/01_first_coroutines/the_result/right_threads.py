# Style: a thread with an event loop of its own for each guest.

import asyncio
import threading

GUESTS = ["Ada", "Bob", "Cleo"]


async def on_the_list(guest: str) -> bool:
    """Ask the list, which takes a moment."""
    await asyncio.sleep(0.3)
    return guest != "Bob"


async def take_seat(guest: str) -> str:
    """Take a free seat for this guest; returns its number."""
    await asyncio.sleep(0.2)
    return f"{len(guest)}{guest[0]}"


def look_up(guest, told):
    async def ask():
        if await on_the_list(guest):
            return f"come in, seat {await take_seat(guest)}"
        return "not on the list"

    told[guest] = asyncio.run(ask())


told = {}
threads = [threading.Thread(target=look_up, args=(guest, told)) for guest in GUESTS]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for guest in GUESTS:
    print(f"{guest}: {told[guest]}")
