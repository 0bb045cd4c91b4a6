# Mistake: leaves the loader waiting for ever when everything is loaded.
# Caught by: all of this holds, however the user scrolls

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


async def watch(tiles: asyncio.LifoQueue[str]) -> None:
    for nth in itertools.count(1):
        tile = await next_tile(nth)
        if not tile:
            return
        await tiles.put(tile)


async def load_all(tiles: asyncio.LifoQueue[str], pictures: dict[str, str]) -> None:
    while True:
        tile = await tiles.get()
        pictures[tile] = await load(tile)
        tiles.task_done()


async def browse() -> dict[str, str]:
    tiles: asyncio.LifoQueue[str] = asyncio.LifoQueue()
    pictures: dict[str, str] = {}
    loader = asyncio.create_task(load_all(tiles, pictures))
    assert not loader.done()
    await watch(tiles)
    await tiles.join()
    return pictures


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
