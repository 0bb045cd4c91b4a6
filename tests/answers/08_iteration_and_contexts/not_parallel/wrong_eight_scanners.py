# Mistake: has at most eight containers scanned at once: the crane waits for a scanner.
# Caught by: however long the crane and the scanners take, no scan waits

"""Not parallel.

A crane puts containers ashore, one after the other, and customs scan each of them. There are scanners enough, but the
crane hangs idle while a container is scanned: `async for` waits in more places than its author thought.

Once it is right, `python not_parallel.py` prints this (the seconds on the left are not printed):

    1.65   MSKU: clear
    1.65   TGHU: clear
    1.65   OOLU: opened
    1.65   HLCU: clear

Leave alone: `CARGO`, `unload`, `scan` and `main`.

Required:
- the program prints the four findings after about 1.65 s
- inspect() asks the crane for one container at a time, for number 0, 1, 2 and so on, without a pause, until unload
  answers None
- each container is scanned once, from the moment it is ashore
- inspect returns the findings in the order in which the containers came ashore, as soon as all of them are there
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


async def inspect():
    gate = asyncio.Semaphore(8)

    async def one(container):
        try:
            return await scan(container)
        finally:
            gate.release()

    scans = []
    async for container in ashore():
        await gate.acquire()
        scans.append(asyncio.create_task(one(container)))
    return await asyncio.gather(*scans)


async def main() -> None:
    for finding in await inspect():
        print(finding)


if __name__ == "__main__":
    asyncio.run(main())
