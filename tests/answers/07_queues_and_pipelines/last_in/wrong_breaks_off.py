# Mistake: cancels a load when a newer tile comes into sight.
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
    pictures: dict[str, str] = {}
    missing: list[str] = []
    loader: asyncio.Task[None] | None = None

    async def load_missing() -> None:
        while missing:
            tile = missing[-1]
            pictures[tile] = await load(tile)
            missing.remove(tile)

    for nth in itertools.count(1):
        tile = await next_tile(nth)
        if not tile:
            break
        missing.append(tile)
        if loader:
            loader.cancel()
        loader = asyncio.create_task(load_missing())
    if loader:
        await loader
    return pictures


if __name__ == "__main__":
    print(len(asyncio.run(browse())), "tiles")
