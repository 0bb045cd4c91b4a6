# Style: messages lie in a list; the tracker starts what lies there, and what comes during a pass starts itself.

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


class Station:
    def __init__(self) -> None:
        self.up = False
        self.waiting: list[str] = []
        self.group = asyncio.TaskGroup()

    async def send(self, message: str) -> None:
        await transmit(message)
        print(message, "sent")

    async def come(self, message: str, comes: float) -> None:
        await asyncio.sleep(comes)
        if self.up:
            await self.send(message)
        else:
            self.waiting.append(message)

    async def run(self) -> None:
        async with self.group:
            for message, comes in MESSAGES:
                self.group.create_task(self.come(message, comes))
            for number in range(PASSES):
                await rises(number)
                self.up = True
                while self.waiting:
                    self.group.create_task(self.send(self.waiting.pop(0)))
                await sets(number)
                self.up = False


async def main() -> None:
    await Station().run()


if __name__ == "__main__":
    asyncio.run(main())
