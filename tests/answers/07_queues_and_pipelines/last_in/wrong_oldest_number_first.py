# Mistake: a priority queue by rising numbers, which is a plain queue again.
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
    tiles: asyncio.PriorityQueue[tuple[int, str]] = asyncio.PriorityQueue()

    async def watch() -> None:
        for nth in itertools.count(1):
            tile = await next_tile(nth)
            await tiles.put((nth, tile))
            if not tile:
                return

    watching = asyncio.create_task(watch())
    pictures: dict[str, str] = {}
    while (item := await tiles.get())[1]:
        pictures[item[1]] = await load(item[1])
    await watching
    return pictures


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
