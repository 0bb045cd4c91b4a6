"""Last in.

A map on the screen is made of tiles. They are loaded when they come into sight, over a line that carries one tile at a
time. After a long scroll the user stares at a grey square, because all the tiles that were passed on the way are loaded
before it. The tile that came into sight last should be loaded next; the others are wanted too, but they can wait.

Once it is right, `python last_in.py` prints this (the seconds on the left are not printed):

    0.10   lake in sight
    0.20   wood in sight
    0.30   moor in sight
    0.50   lake loaded
    0.70   town in sight
    0.90   moor loaded
    1.30   town loaded
    1.70   wood loaded
    1.70   4 tiles

Leave alone: `SCROLL`, `next_tile` and `load`.

Required:
- the program loads lake, moor, town and wood, in about 1.7 s
- browse() calls next_tile(1), next_tile(2) and so on, without a pause, until the map is closed
- every tile is loaded once, one at a time, and no load is interrupted
- when the line is free, the newest missing tile (the one that came into sight last) is loaded at once
- when the map is closed and all tiles are loaded, browse returns what load returned for each tile, as a dict, and
  leaves no task behind
"""

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


async def watch(tiles: asyncio.Queue[str]) -> None:
    for nth in itertools.count(1):
        tile = await next_tile(nth)
        await tiles.put(tile)
        if not tile:
            return


async def load_all(tiles: asyncio.Queue[str]) -> dict[str, str]:
    pictures: dict[str, str] = {}
    while tile := await tiles.get():
        pictures[tile] = await load(tile)
    return pictures


async def browse() -> dict[str, str]:
    tiles: asyncio.Queue[str] = asyncio.Queue()
    _, pictures = await asyncio.gather(watch(tiles), load_all(tiles))
    return pictures


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
