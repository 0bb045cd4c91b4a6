# Mistake: prints what is expected and moves nothing.
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


async def main() -> None:
    await asyncio.sleep(0.4)
    for book, source, _ in MOVES:
        if source != "birds":
            print(book, "moved")
    await asyncio.sleep(0.4)
    print("owls moved")


if __name__ == "__main__":
    asyncio.run(main())
