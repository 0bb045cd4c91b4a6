# Mistake: whoever does not get the second lock lets go and tries again: both at the same time, for ever.
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
    while True:
        async with locks[source]:
            await asyncio.sleep(0.05)
            if source == target:
                await take(book, source)
                await put(book, target)
                return
            if not locks[target].locked():
                async with locks[target]:
                    await take(book, source)
                    await put(book, target)
                    return
        await asyncio.sleep(0.05)


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
