# Mistake: awaits the scan before the last: the crane still waits for the scanners.
# Caught by: each scan begins at the moment its container is ashore

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
    findings: list[str] = []
    before: asyncio.Task[str] | None = None
    async for container in ashore():
        if before:
            findings.append(await before)
        before = asyncio.create_task(scan(container))
    if before:
        findings.append(await before)
    return findings


async def main() -> None:
    for finding in await inspect():
        print(finding)


if __name__ == "__main__":
    asyncio.run(main())
