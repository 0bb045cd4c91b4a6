# Style: no locks: a set of busy shelves and a condition; both shelves are taken in one step or not at all.

import asyncio

SHELVES = ["art", "birds", "chess", "dance"]
MOVES = [("atlas", "art", "birds"), ("owls", "birds", "art"), ("gambits", "chess", "dance")]


async def take(book: str, shelf: str) -> None:
    """Take a book from a shelf. Raises LookupError (leave it as it is)."""
    await asyncio.sleep(0.2)


async def put(book: str, shelf: str) -> None:
    """Put a book on a shelf (leave it as it is)."""
    await asyncio.sleep(0.2)


busy: set[str] = set()
changed = asyncio.Condition()


async def move(book: str, source: str, target: str) -> None:
    shelves = {source, target}
    async with changed:
        await changed.wait_for(lambda: busy.isdisjoint(shelves))
        busy.update(shelves)
    try:
        await take(book=book, shelf=source)
        await put(book=book, shelf=target)
    finally:
        async with changed:
            busy.difference_update(shelves)
            changed.notify_all()


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
