# Mistake: asks the crane for eight containers at once.
# Caught by: the crane is asked for one container at a time, in order

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


async def one(number: int) -> str | None:
    container = await unload(number)
    return await scan(container) if container else None


async def inspect() -> list[str]:
    findings = await asyncio.gather(*[one(number) for number in range(8)])
    return [finding for finding in findings if finding]


async def main() -> None:
    for finding in await inspect():
        print(finding)


if __name__ == "__main__":
    asyncio.run(main())
