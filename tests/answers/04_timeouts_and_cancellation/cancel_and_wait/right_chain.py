# Style: each station's task waits for the one before it; nothing is waited for in switch but that task's start.

import asyncio


async def turn_on(station: str) -> None:
    await asyncio.sleep(0.1)
    print(f"{station} on")


async def stream(station: str) -> None:
    """Music; it has no end, but raises ConnectionError when the station goes off the air."""
    await asyncio.sleep(3600)


async def turn_off(station: str) -> None:
    """Fade it out."""
    await asyncio.sleep(0.3)
    print(f"{station} off")


async def play(station: str) -> None:
    await turn_on(station)
    try:
        await stream(station)
    finally:
        await turn_off(station)


class Radio:
    def __init__(self):
        self.tasks = []

    async def _silence(self):
        for task in self.tasks:
            task.cancel()
        while self.tasks:
            await asyncio.wait(self.tasks)
            self.tasks = [task for task in self.tasks if not task.done()]

    async def switch(self, station):
        await self._silence()
        self.tasks.append(asyncio.get_running_loop().create_task(play(station), name=station))

    async def stop(self):
        await self._silence()


async def main() -> None:
    radio = Radio()
    for station in ("jazz", "news"):
        await radio.switch(station)
        await asyncio.sleep(0.5)
    await radio.stop()
    print("good night")


if __name__ == "__main__":
    asyncio.run(main())
