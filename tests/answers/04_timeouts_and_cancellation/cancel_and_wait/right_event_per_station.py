# Style: an event that is set when the station is off.

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
        self.off = asyncio.Event()
        self.off.set()
        self.task = None
    async def _run(self, station):
        try:
            await play(station)
        except ConnectionError:
            pass
        finally:
            self.off.set()
    async def switch(self, station):
        await self.stop()
        self.off.clear()
        self.task = asyncio.create_task(self._run(station))
    async def stop(self):
        if self.task and not self.off.is_set():
            self.task.cancel()
            await self.off.wait()




async def main() -> None:
    radio = Radio()
    for station in ("jazz", "news"):
        await radio.switch(station)
        await asyncio.sleep(0.5)
    await radio.stop()
    print("good night")


if __name__ == "__main__":
    asyncio.run(main())
