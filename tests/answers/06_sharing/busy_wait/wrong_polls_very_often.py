# Mistake: checks a thousand times a second.
# Caught by: for any passes and messages, each is transmitted at its moment

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
    while not contact.up.is_set():
        await asyncio.sleep(0.001)
    await transmit(message)
    print(message, "sent")


async def main() -> None:
    contact = Contact()
    await asyncio.gather(track(contact), *[send(contact, *message) for message in MESSAGES])


if __name__ == "__main__":
    asyncio.run(main())
