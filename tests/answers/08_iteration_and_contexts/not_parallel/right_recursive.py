# Style: each container's coroutine unloads the next beside its own scan.

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


async def from_number(number: int) -> list[str]:
    container = await unload(number)
    if container is None:
        return []
    finding, others = await asyncio.gather(scan(container), from_number(number + 1))
    return [finding, *others]


async def inspect() -> list[str]:
    return await from_number(0)


async def main() -> None:
    for finding in await inspect():
        print(finding)


if __name__ == "__main__":
    asyncio.run(main())
