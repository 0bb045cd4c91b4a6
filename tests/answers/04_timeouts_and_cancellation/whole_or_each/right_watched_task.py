# Style: a task that fetches, watched with wait and an event for each piece.

import asyncio

STALL = 0.7
WHOLE = 1.3
SECONDS = {"coast": [0.1, 0.1, 0.1], "hills": [0.1, 1.1, 0.1], "woods": [0.3, 0.3, 0.3, 0.6]}


async def piece(name: str, number: int) -> str:
    """One piece of a map."""
    await asyncio.sleep(SECONDS[name][number - 1])
    return f"{name} {number}"


async def download(name: str, count: int) -> tuple[str, list[str]]:
    pieces: list[str] = []
    arrived: asyncio.Queue[str] = asyncio.Queue()

    async def fetch() -> None:
        for number in range(1, count + 1):
            arrived.put_nowait(await piece(name, number))

    async def collect() -> str:
        try:
            while len(pieces) < count:
                pieces.append(await asyncio.wait_for(arrived.get(), STALL))
        except TimeoutError:
            return "stalled"
        return "complete"

    async with asyncio.TaskGroup() as group:
        fetching = group.create_task(fetch())
        try:
            return await asyncio.wait_for(collect(), WHOLE), pieces
        except TimeoutError:
            return "too slow", pieces
        finally:
            fetching.cancel()


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
