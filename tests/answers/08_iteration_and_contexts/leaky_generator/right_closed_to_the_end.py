# Style: recursion, and a task for the closing that every cancellation waits for; no type hints.

import asyncio

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


async def look(title, number=0):
    copy = await next_copy(title, number)
    if copy is None or await is_signed(copy):
        return copy
    return await look(title, number + 1)


async def first_signed(title):
    try:
        return await look(title)
    finally:
        closing = asyncio.ensure_future(close(title))
        cancelled = False
        while not closing.done():
            try:
                await asyncio.wait([closing])
            except asyncio.CancelledError:
                cancelled = True
        closing.result()
        if cancelled:
            raise asyncio.CancelledError


async def main() -> None:
    copy = await first_signed("Dune")
    if copy:
        await set_aside(copy)


if __name__ == "__main__":
    asyncio.run(main())
