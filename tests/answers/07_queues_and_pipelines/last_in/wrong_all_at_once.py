# Mistake: loads every tile when it comes into sight: five over a line for one.
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


async def browse() -> dict[str, str]:
    loads: dict[str, asyncio.Task[str]] = {}
    for nth in itertools.count(1):
        tile = await next_tile(nth)
        if not tile:
            break
        loads[tile] = asyncio.create_task(load(tile))
    return {tile: await task for tile, task in loads.items()}


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
