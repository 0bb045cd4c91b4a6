# Mistake: takes the next tile while the last is still loading: it is not the newest any more.
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
    tiles: asyncio.LifoQueue[str] = asyncio.LifoQueue()
    line = asyncio.Lock()
    pictures: dict[str, str] = {}

    async def load_one() -> None:
        tile = await tiles.get()
        async with line:
            pictures[tile] = await load(tile)

    loads: list[asyncio.Task[None]] = []
    for nth in itertools.count(1):
        tile = await next_tile(nth)
        if not tile:
            break
        tiles.put_nowait(tile)
        loads.append(asyncio.create_task(load_one()))
    await asyncio.gather(*loads)
    return pictures


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
