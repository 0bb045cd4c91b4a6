"""Cancel and wait.

A radio plays one station in the background until it is switched to another. Turning a station off takes a moment,
because it is faded out. As handed out, two stations are heard at once for a while, and in the evening the last one is
never faded out.

Once it is right, `python cancel_and_wait.py` prints this (the seconds on the left are not printed):

    0.10   jazz on
    0.80   jazz off
    0.90   news on
    1.60   news off
    1.60   good night

Leave alone: `turn_on`, `stream`, `turn_off` and `main`.

Required:
- a Radio() has the coroutine functions switch(station) and stop(), called one after the other; both turn off the
  station that is playing
- at most one station is on at any time, from its turn_on to the end of its turn_off
- switch() turns the next station on as soon as the last one is off; stop() returns when the station is off
- every station is turned on and off once, and both steps are completed; stop() may be called when nothing is playing
- if a station has gone off the air by itself (stream raised ConnectionError), switch() and stop() work as usual
- if switch() is cancelled while it waits, it ends as cancelled and its station stays off; the turning off may be cut
  short, and the radio can still be used
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
