# Style: every move waits for the earlier moves that need one of its shelves.

import asyncio

SHELVES = ["art", "birds", "chess", "dance"]
MOVES = [("atlas", "art", "birds"), ("owls", "birds", "art"), ("gambits", "chess", "dance")]


async def take(book: str, shelf: str) -> None:
    """Take a book from a shelf. Raises LookupError (leave it as it is)."""
    await asyncio.sleep(0.2)


async def put(book: str, shelf: str) -> None:
    """Put a book on a shelf (leave it as it is)."""
    await asyncio.sleep(0.2)


async def librarian(before: list[asyncio.Task[None]], book: str, source: str, target: str) -> None:
    if before:
        await asyncio.wait(before)
    try:
        await take(book, source)
        await put(book, target)
    except LookupError:
        print(f"{book} missing")
    else:
        print(f"{book} moved")


async def main() -> None:
    latest: dict[str, asyncio.Task[None]] = {}
    async with asyncio.TaskGroup() as group:
        for book, source, target in MOVES:
            before = [latest[shelf] for shelf in {source, target} if shelf in latest]
            task = group.create_task(librarian(before, book, source, target))
            latest[source] = latest[target] = task


if __name__ == "__main__":
    asyncio.run(main())
