# Mistake: looks a hundred times a second whether the station is off.
# Caught by: with any stations, one is on at a time, and each is turned off in full

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
    def __init__(self) -> None:
        self.playing: asyncio.Task[None] | None = None

    async def switch(self, station: str) -> None:
        await self.stop()
        self.playing = asyncio.create_task(play(station))

    async def stop(self) -> None:
        if self.playing is None:
            return
        self.playing.cancel()
        while not self.playing.done():
            await asyncio.sleep(0.01)
        self.playing = None


async def main() -> None:
    radio = Radio()
    for station in ("jazz", "news"):
        await radio.switch(station)
        await asyncio.sleep(0.5)
    await radio.stop()
    print("good night")


if __name__ == "__main__":
    asyncio.run(main())
