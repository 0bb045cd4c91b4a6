# Style: a lock around playing: the next station gets it when the last one is off.

import asyncio
import sys


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
        self.speaker = asyncio.Lock()
        self.tasks: list[asyncio.Task[None]] = []

    async def play(self, station: str) -> None:
        async with self.speaker:
            await play(station)

    async def switch(self, station: str) -> None:
        self._cancel()
        async with self.speaker:
            pass
        self.tasks = [asyncio.create_task(self.play(station))]

    async def stop(self) -> None:
        self._cancel()
        async with self.speaker:
            print("silence", file=sys.stderr)

    def _cancel(self) -> None:
        for task in self.tasks:
            task.cancel()


async def main() -> None:
    radio = Radio()
    for station in ("jazz", "news"):
        await radio.switch(station)
        await asyncio.sleep(0.5)
    await radio.stop()
    print("good night")


if __name__ == "__main__":
    asyncio.run(main())
