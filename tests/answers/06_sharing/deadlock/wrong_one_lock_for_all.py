# Mistake: one lock for the whole library: no deadlock, and one librarian at work.
# Shows: lock-too-wide
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


lock = asyncio.Lock()


async def move(book: str, source: str, target: str) -> None:
    async with lock:
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
    await asyncio.gather(*[librarian(*each) for each in MOVES])


if __name__ == "__main__":
    asyncio.run(main())
