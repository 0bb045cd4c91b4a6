# Style: a future for the next rise, replaced at every set; a TaskGroup.

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
        self.rise: asyncio.Future[None] = asyncio.get_running_loop().create_future()


async def track(contact: Contact) -> None:
    for number in range(PASSES):
        await rises(number)
        contact.rise.set_result(None)
        await sets(number)
        contact.rise = asyncio.get_running_loop().create_future()


async def send(contact: Contact, message: str, comes: float) -> None:
    await asyncio.sleep(comes)
    await asyncio.shield(contact.rise)
    await transmit(message=message)
    print(f"{message} sent")


async def main() -> None:
    contact = Contact()
    async with asyncio.TaskGroup() as group:
        group.create_task(track(contact))
        for message, comes in MESSAGES:
            group.create_task(send(contact, message, comes))


if __name__ == "__main__":
    asyncio.run(main())
