# Mistake: shields the closing, and leaves it running when a cancellation comes meanwhile.
# Caught by: whenever the search is cancelled, the list is closed once

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


async def first_signed(title: str) -> str | None:
    number = 0
    try:
        while (copy := await next_copy(title, number)) is not None:
            if await is_signed(copy):
                return copy
            number += 1
        return None
    finally:
        await asyncio.shield(close(title))


async def main() -> None:
    copy = await first_signed("Dune")
    if copy:
        await set_aside(copy)


if __name__ == "__main__":
    asyncio.run(main())
