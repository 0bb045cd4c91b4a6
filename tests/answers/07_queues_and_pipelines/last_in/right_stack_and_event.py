# Style: a class with a list and an event.

import asyncio
import itertools

SCROLL = [(0.1, "lake"), (0.1, "wood"), (0.1, "moor"), (0.4, "town"), (0.1, "")]


async def next_tile(nth: int) -> str:
    """Wait for the nth tile (from 1) to come into sight; "" if the map is closed instead (leave it as it is)."""
    pause, tile = SCROLL[nth - 1]
    await asyncio.sleep(pause)
    if tile:
        print(f"{tile} in sight")
    return tile


async def load(tile: str) -> str:
    """Load a tile over the line (leave it as it is)."""
    await asyncio.sleep(0.4)
    print(f"{tile} loaded")
    return f"picture of the {tile}"


class Map:
    """What is missing, and what is there."""

    def __init__(self) -> None:
        self.missing: list[str] = []
        self.pictures: dict[str, str] = {}
        self.closed = False
        self.news = asyncio.Event()

    async def watch(self) -> None:
        for nth in itertools.count(1):
            tile = await next_tile(nth)
            self.news.set()
            if not tile:
                self.closed = True
                return
            self.missing.append(tile)

    async def load(self) -> None:
        while True:
            while self.missing:
                tile = self.missing.pop()
                self.pictures[tile] = await load(tile)
            if self.closed:
                return
            self.news.clear()
            await self.news.wait()


async def browse() -> dict[str, str]:
    shown = Map()
    await asyncio.gather(shown.watch(), shown.load())
    return shown.pictures


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
