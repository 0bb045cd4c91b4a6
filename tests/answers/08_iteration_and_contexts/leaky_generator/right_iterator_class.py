# Style: a class that is iterator and context manager in one.

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


class Copies:
    def __init__(self, title: str) -> None:
        self.title = title
        self.number = -1

    async def __aenter__(self) -> "Copies":
        return self

    async def __aexit__(self, *error: object) -> None:
        await close(self.title)

    def __aiter__(self) -> "Copies":
        return self

    async def __anext__(self) -> str:
        self.number += 1
        copy = await next_copy(self.title, self.number)
        if copy is None:
            raise StopAsyncIteration
        return copy


async def first_signed(title: str) -> str | None:
    async with Copies(title) as copies:
        async for copy in copies:
            if await is_signed(copy):
                return copy
    return None


async def main() -> None:
    copy = await first_signed("Dune")
    if copy:
        await set_aside(copy)


if __name__ == "__main__":
    asyncio.run(main())
