"""Leaky generator.

A bookshop looks through its shelves for a signed copy of a book and has it set aside. A search opens the shelf list
and stops at the first signed copy. Nothing can be set aside while a list is open, and as handed out the list is still
open when the search is over.

Once it is right, `python leaky_generator.py` prints this (the seconds on the left are not printed):

    0.80   Dune is closed
    1.00   Dune 2 is set aside

Leave alone: `OPEN`, `next_copy`, `is_signed`, `close`, `set_aside` and `main`.

Required:
- the program closes the list and then sets the copy aside
- first_signed(title) looks at each copy once, in order and one at a time, and at none after the first signed one
- it returns the first signed copy, or None if no copy is signed
- the list is closed, once, before first_signed returns
- when next_copy or is_signed raises any exception, the list is closed before the exception comes out (if close fails as
  well, one of the two comes out)
- when first_signed is cancelled, it stops searching at once, and the list is closed before it ends as cancelled
- a cancellation that comes while the list is being closed may interrupt that call of close, but must not leave it
  running
- if the very first call, next_copy(title, 0), fails or is cancelled, the list may be closed or left alone
"""

import asyncio
from collections.abc import AsyncIterator

OPEN: set[str] = set()


async def next_copy(title: str, number: int) -> str | None:
    """Number 0 opens the list; None after the last copy (leave it as it is)."""
    OPEN.add(title)
    await asyncio.sleep(0.1)
    return f"{title} {number}" if number < 5 else None


async def is_signed(copy: str) -> bool:
    """Somebody looks at the copy (slow; leave it as it is)."""
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
