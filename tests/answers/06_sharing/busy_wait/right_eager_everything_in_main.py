# Style: everything in main: the passes in one task, the messages in others, a waiter list of events.

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


async def main() -> None:
    waiting: set[asyncio.Event] = set()
    is_up = False

    async def deliver(text: str, comes: float) -> None:
        await asyncio.sleep(comes)
        if not is_up:
            bell = asyncio.Event()
            waiting.add(bell)
            await bell.wait()
        await transmit(text)
        print(text + " sent")

    deliveries = [asyncio.ensure_future(deliver(text, comes)) for text, comes in MESSAGES]
    for number in range(PASSES):
        await rises(number)
        is_up = True
        for bell in list(waiting):
            bell.set()
        waiting.clear()
        await sets(number)
        is_up = False
    await asyncio.wait(deliveries)


if __name__ == "__main__":
    asyncio.run(main())
