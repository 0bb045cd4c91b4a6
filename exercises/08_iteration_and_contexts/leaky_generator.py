"""Leaky generator.

A bookshop looks through its shelves for a signed copy and has the first one set aside. The search stops as soon as it
has one, and the shelf list, which is locked while a search is open, must be closed before anything can be set aside.

Once it is right, `python leaky_generator.py` prints this (on the left: seconds from the start, not printed):

    0.80   Dune is closed
    1.00   Dune 2 is set aside

What may not change: the four functions at the top (when graded, others take their place); first_signed(title) looks
at the copies in order, no further than needed. A list that was opened is closed, once, before first_signed returns
the copy (None if no copy is signed), and also before it raises: next_copy and is_signed may fail with OSError, which
comes out of it, and it may be cancelled. main sets aside what was found.
"""

import asyncio
from collections.abc import AsyncIterator

OPEN: set[str] = set()


async def next_copy(title: str, number: int) -> str | None:
    """Opens the list with number 0; None behind the last copy (leave it as it is)."""
    OPEN.add(title)
    await asyncio.sleep(0.1)
    return f"{title} {number}" if number < 5 else None


async def is_signed(copy: str) -> bool:
    """Somebody looks (slow; leave it as it is)."""
    await asyncio.sleep(0.1)
    return copy == "Dune 2"


async def close(title: str) -> None:
    """Closes the list (leave it as it is)."""
    await asyncio.sleep(0.2)
    OPEN.remove(title)
    print(title, "is closed")


async def set_aside(copy: str) -> None:
    """Sets a copy aside (leave it as it is)."""
    await asyncio.sleep(0.2)
    print(copy, "cannot be set aside: a list is open" if OPEN else "is set aside")


async def copies(title: str) -> AsyncIterator[str]:
    number = 0
    try:
        while (copy := await next_copy(title, number)) is not None:
            yield copy
            number += 1
    finally:
        await close(title)


async def first_signed(title: str) -> str | None:
    async for copy in copies(title):
        if await is_signed(copy):
            return copy
    return None


async def main() -> None:
    copy = await first_signed("Dune")
    if copy:
        await set_aside(copy)


if __name__ == "__main__":
    asyncio.run(main())
