"""Not parallel.

A crane puts containers ashore, one after the other. Customs scan each, and there are scanners enough. But the crane
hangs idle while a container is being scanned, since `async for` waits in more places than its author thought.

Once it is right, `python not_parallel.py` prints this (on the left: seconds from the start, not printed):

    1.65   MSKU: clear
    1.65   TGHU: clear
    1.65   OOLU: opened
    1.65   HLCU: clear

What may not change: unload and scan (when graded, others take their place); inspect() has each container scanned from
the moment it is ashore, each once, and meanwhile goes on unloading. It asks the crane for one container at a time: for
number 0, 1, 2 and so on, until it answers None. It returns the findings in the order in which they came ashore.
"""

import asyncio
from collections.abc import AsyncIterator

CARGO = ["MSKU", "TGHU", "OOLU", "HLCU"]


async def unload(number: int) -> str | None:
    """The crane: puts that container ashore, None if there is none (leave it as it is)."""
    await asyncio.sleep(0.25 if number < len(CARGO) else 0.05)
    return CARGO[number] if number < len(CARGO) else None


async def scan(container: str) -> str:
    """The scanner (slow; leave it as it is)."""
    await asyncio.sleep(1.0 if container == "TGHU" else 0.65)
    return f"{container}: {'opened' if container == 'OOLU' else 'clear'}"


async def ashore() -> AsyncIterator[str]:
    number = 0
    while (container := await unload(number)) is not None:
        yield container
        number += 1


async def inspect() -> list[str]:
    return [await scan(container) async for container in ashore()]


async def main() -> None:
    for finding in await inspect():
        print(finding)


if __name__ == "__main__":
    asyncio.run(main())
