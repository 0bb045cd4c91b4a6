# Mistake: locks that are not released when the book is missing.
# Shows: deadlock
# Caught by: a missing book, or a move within one shelf, holds up nobody

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
    shelves = sorted({source, target})
    for shelf in shelves:
        await locks[shelf].acquire()
    await take(book, source)
    await put(book, target)
    for shelf in shelves:
        locks[shelf].release()


async def librarian(book: str, source: str, target: str) -> None:
    try:
        await move(book, source, target)
    except LookupError:
        print(book, "missing")
    else:
        print(book, "moved")


async def main() -> None:
    await asyncio.gather(*[librarian(*each) for each in MOVES])


if __name__ == "__main__":
    asyncio.run(main())
