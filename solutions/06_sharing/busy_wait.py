"""Busy wait.

A ground station talks to a satellite while it is above the horizon. Every message that waits to be sent looks twice a
second whether that is so. It misses short passes, goes out late in longer ones, and with ten thousand messages waiting
the station does nothing but look.

Once it is right, `python busy_wait.py` prints this (on the left: seconds from the start, not printed):

    0.30   weather sent
    0.50   orbit sent
    1.00   photo sent

What may not change: PASSES, MESSAGES, rises, sets and transmit (when graded, others take their place). Each message is
transmitted once, and independently of the others: at the moment when it comes if the satellite is up, else at the
moment when the satellite rises next, however short the pass is; never while it is below the horizon. Nobody looks in
between. main() ends when all are sent and the last pass is over.
"""

import asyncio

PASSES = 2
MESSAGES = [("weather", 0.0), ("orbit", 0.4), ("photo", 0.6)]  # what comes, and after how many seconds


async def rises(number: int) -> None:
    """Wait until the satellite rises for that pass (leave it as it is)."""
    await asyncio.sleep([0.2, 0.45][number])


async def sets(number: int) -> None:
    """Wait until the satellite, now up, sets (leave it as it is)."""
    await asyncio.sleep([0.25, 0.3][number])


async def transmit(message: str) -> None:
    """Send a message up (leave it as it is)."""
    await asyncio.sleep(0.1)


class Contact:
    def __init__(self) -> None:
        self.up = asyncio.Event()


async def track(contact: Contact) -> None:
    for number in range(PASSES):
        await rises(number)
        contact.up.set()  # wakes everybody who waits, now; whoever comes later finds it set and does not wait at all
        await sets(number)
        contact.up.clear()


async def send(contact: Contact, message: str, comes: float) -> None:
    await asyncio.sleep(comes)
    # To sleep and look again is either late or busy, and blind in between. Whoever changes the state knows the moment:
    # let them say so. Until then this task costs nothing.
    await contact.up.wait()
    await transmit(message)
    print(message, "sent")


async def main() -> None:
    contact = Contact()
    await asyncio.gather(track(contact), *[send(contact, *message) for message in MESSAGES])


if __name__ == "__main__":
    asyncio.run(main())
