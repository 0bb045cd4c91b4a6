# Mistake: forgets the older tiles when a newer one is in sight.
# Caught by: every tile is loaded once, one at a time, and browse returns them all

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
    closed = False
    while not closed:
        waiting = [await tiles.get()]
        while not tiles.empty():
            waiting.append(tiles.get_nowait())
        closed = not waiting[-1]
        for tile in [tile for tile in waiting if tile][-1:]:
            pictures[tile] = await load(tile)
    return pictures


async def browse() -> dict[str, str]:
    tiles: asyncio.Queue[str] = asyncio.Queue()
    _, pictures = await asyncio.gather(watch(tiles), load_all(tiles))
    return pictures


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
