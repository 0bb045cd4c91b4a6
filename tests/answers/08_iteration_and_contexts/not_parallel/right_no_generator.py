# Style: no generator: the crane is asked in a plain loop.

import asyncio

CARGO = ["MSKU", "TGHU", "OOLU", "HLCU"]


async def unload(number: int) -> str | None:
    """The crane: puts that container ashore, None if there is none (leave it as it is)."""
    await asyncio.sleep(0.25 if number < len(CARGO) else 0.05)
    return CARGO[number] if number < len(CARGO) else None


async def scan(container: str) -> str:
    """The scanner (slow; leave it as it is)."""
    await asyncio.sleep(1.0 if container == "TGHU" else 0.65)
    return f"{container}: {'opened' if container == 'OOLU' else 'clear'}"


async def inspect() -> list[str]:
    scans: list[asyncio.Task[str]] = []
    container = await unload(0)
    while container:
        scans.append(asyncio.ensure_future(scan(container)))
        container = await unload(number=len(scans))
    if scans:
        await asyncio.wait(scans)
    return [task.result() for task in scans]


async def main() -> None:
    for finding in await inspect():
        print(finding)


if __name__ == "__main__":
    asyncio.run(main())
