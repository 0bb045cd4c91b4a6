# Style: a done callback that sets an event.

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
        self.task: asyncio.Task[None] | None = None
        self.silent = asyncio.Event()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            print(task.exception())
        self.silent.set()

    async def switch(self, station: str) -> None:
        await self.stop()
        self.silent.clear()
        self.task = asyncio.create_task(play(station))
        self.task.add_done_callback(self._ended)

    async def stop(self) -> None:
        if self.task is not None and self.task.cancel():
            await self.silent.wait()


async def main() -> None:
    radio = Radio()
    for station in ("jazz", "news"):
        await radio.switch(station)
        await asyncio.sleep(0.5)
    await radio.stop()
    print("good night")


if __name__ == "__main__":
    asyncio.run(main())
