"""Deadlock.

Librarians move books from shelf to shelf. While a book is on its way, its librarian needs both shelves alone, because
the lists of both are being changed. Two librarians who swap books each hold one shelf and wait for the other, so this
program hangs (stop it with Ctrl-C).

Once it is right, `python deadlock.py` prints this (the seconds on the left count from the start and are not printed;
atlas and owls may change places, and so may the two lines that come at the same time):

    0.40   atlas moved
    0.40   gambits moved
    0.80   owls moved

Leave alone: `SHELVES`, `MOVES`, `take` and `put`.

Required:
- the program ends after about 0.8 s, and each line comes when its move has ended
- each move takes its book once and then puts it once, and has both shelves to itself from the start of take to the end
  of put
- moves that have no shelf in common, directly or through other moves, do not wait for each other
- if a book is not there (take raises LookupError), the program prints "missing", does not put it anywhere, and the
  shelves are free again; source and target may be the same shelf
- the program ends with any other error of take or put
- all of this holds for any moves, and no time is lost: when its shelves become free, the next move begins
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
