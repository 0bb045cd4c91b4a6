# Mistake: a gate lets one librarian at a time take their locks, also while that one has to wait for them.
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


gate = asyncio.Lock()
locks = {shelf: asyncio.Lock() for shelf in SHELVES}


async def move(book: str, source: str, target: str) -> None:
    shelves = {source, target}
    async with gate:
        for shelf in shelves:
            await locks[shelf].acquire()
    try:
        await take(book, source)
        await put(book, target)
    finally:
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
