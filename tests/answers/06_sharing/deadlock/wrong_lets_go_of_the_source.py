# Mistake: the first shelf is let go before the second one is taken: the book is on its way and nobody knows.
# Shows: race-condition
# Caught by: each move has both its shelves to itself, from take to the end of put

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
    async with locks[source]:
        await take(book, source)
    async with locks[target]:
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
