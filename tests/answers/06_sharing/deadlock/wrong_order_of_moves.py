# Mistake: an order, but not the same for all: it depends on the book.
# Shows: deadlock
# Caught by: for any moves, each has its shelves to itself, and no time is lost

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
    numbers = [each[0] for each in MOVES]
    first, second = (source, target) if numbers.index(book) % 2 else (target, source)
    async with locks[first]:
        await asyncio.sleep(0)
        if first == second:
            await take(book, source)
            await put(book, target)
        else:
            async with locks[second]:
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
