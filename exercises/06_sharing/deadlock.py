"""Deadlock.

Librarians move books from shelf to shelf. While a book is on its way both shelves belong to whoever carries it, since
both lists are being changed. Two librarians who swap books stand there, each with one shelf, waiting for the other's:
this program hangs (stop it with Ctrl-C).

Once it is right, `python deadlock.py` prints this (on the left: seconds from the start, not printed; atlas and owls may
change places, and so may the two lines that come at the same time):

    0.40   atlas moved
    0.40   gambits moved
    0.80   owls moved

What may not change: SHELVES, MOVES, take and put (when graded, others take their place). Every move takes its book once
and then puts it once, with both shelves to itself from the start of take to the end of put. Moves that have no shelf in
common do not wait for each other. Source and target may be the same shelf. A book that is not there (take raises
LookupError) is "missing", is not put anywhere, and holds up nobody.
"""

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
