"""Busy wait.

A ground station can send messages to a satellite only while it is above the horizon. Each waiting message checks twice
a second whether the satellite is up. As handed out, a message can miss a short pass and is sent late in a longer one;
and with ten thousand messages waiting, the station does nothing but check.

Once it is right, `python busy_wait.py` prints this (the seconds on the left count from the start and are not printed):

    0.30   weather sent
    0.50   orbit sent
    1.00   photo sent

Leave alone: `PASSES`, `MESSAGES`, `rises`, `sets` and `transmit`.

Required:
- the three lines come at the times shown
- no transmission begins while the satellite is below the horizon (one that has begun may continue after it sets)
- each message is transmitted once: when it comes if the satellite is up, otherwise at the moment of the next rise
- all of this holds however short the passes and however long the transmissions are, and no message waits for another
- main returns when all messages are sent and the last pass is over, not earlier and not later
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
        contact.up.set()  # wakes all messages that wait; those that come while it is set do not wait at all
        await sets(number)
        contact.up.clear()


async def send(contact: Contact, message: str, comes: float) -> None:
    await asyncio.sleep(comes)
    # A task that sleeps and checks again is either late or busy, and sees nothing in between. The task that changes the
    # state knows the moment, so it sends the signal. Until then this task costs nothing.
    await contact.up.wait()
    await transmit(message)
    print(message, "sent")


async def main() -> None:
    contact = Contact()
    await asyncio.gather(track(contact), *[send(contact, *message) for message in MESSAGES])


if __name__ == "__main__":
    asyncio.run(main())
