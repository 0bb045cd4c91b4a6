"""Cancel and wait.

A radio plays one station in the background until it is switched to another. To turn a station off takes a moment,
because it is faded out. So for a while two stations are heard at once, and in the evening the last one is never faded
out.

When it is right, `python cancel_and_wait.py` prints this (the seconds on the left are not printed):

    0.10   jazz on
    0.80   jazz off
    0.90   news on
    1.60   news off
    1.60   good night

Leave alone: `turn_on`, `stream`, `turn_off` and `main`.

Required:
- a Radio() has the coroutine functions switch(station) and stop(), called one after the other; both end what plays
- never more than one station is on, from turn_on to the end of its turn_off
- switch() turns the next station on as soon as the last one is off; stop() returns when the station is off
- every station is turned on and off once, and to the end; stop() may be called when nothing plays
- a station that has gone off the air by itself (stream raised ConnectionError) disturbs nobody
- a switch() that is cancelled while it waits ends as cancelled, and its station stays off; the one that is being turned
  off may be cut short then, and the radio can be used as before
"""

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
        if self.playing is not None:
            self.playing.cancel()


async def main() -> None:
    radio = Radio()
    for station in ("jazz", "news"):
        await radio.switch(station)
        await asyncio.sleep(0.5)
    await radio.stop()
    print("good night")


if __name__ == "__main__":
    asyncio.run(main())
