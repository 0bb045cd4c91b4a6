# Mistake: no two librarians at the same time.
# Shows: sequential-await
# Caught by: moves that have no shelf in common do not wait for each other

import asyncio

SHELVES = ["art", "birds", "chess", "dance"]
MOVES = [("atlas", "art", "birds"), ("owls", "birds", "art"), ("gambits", "chess", "dance")]


async def take(book: str, shelf: str) -> None:
    """Take a book from a shelf. Raises LookupError (leave it as it is)."""
    await asyncio.sleep(0.2)


async def put(book: str, shelf: str) -> None:
    """Put a book on a shelf (leave it as it is)."""
    await asyncio.sleep(0.2)


locks = {shelf: asyncio.Lock() for shelf in SHELVES}


async def move(book: str, source: str, target: str) -> None:
    await take(book, source)
    await put(book, target)


async def librarian(book: str, source: str, target: str) -> None:
    try:
        await move(book, source, target)
    except LookupError:
        print(book, "missing")
    else:
        print(book, "moved")


async def main() -> None:
    for each in MOVES:
        await librarian(*each)


if __name__ == "__main__":
    asyncio.run(main())
