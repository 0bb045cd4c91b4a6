# Mistake: waits until the map is closed, and loads in reverse order then.
# Caught by: when the line is free, the newest missing tile is loaded at once

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


async def browse() -> dict[str, str]:
    tiles: list[str] = []
    for nth in itertools.count(1):
        tile = await next_tile(nth)
        if not tile:
            break
        tiles.append(tile)
    return {tile: await load(tile) for tile in reversed(tiles)}


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
