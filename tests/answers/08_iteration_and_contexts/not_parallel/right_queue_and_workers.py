# Style: a queue and more workers as they are needed; a dictionary keeps the order.

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


class Customs:
    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self.findings: dict[int, str] = {}
        self.idle = 0
        self.scanners: list[asyncio.Task[None]] = []

    async def scanner(self) -> None:
        while True:
            number, container = await self.queue.get()
            self.findings[number] = await scan(container)
            self.idle += 1
            self.queue.task_done()

    def take(self, number: int, container: str) -> None:
        if self.idle:
            self.idle -= 1
        else:
            self.scanners.append(asyncio.create_task(self.scanner()))
        self.queue.put_nowait((number, container))


async def inspect() -> list[str]:
    customs = Customs()
    number = 0
    async for container in ashore():
        customs.take(number, container)
        number += 1
    await customs.queue.join()
    for task in customs.scanners:
        task.cancel()
    return [customs.findings[number] for number in range(len(customs.findings))]


async def main() -> None:
    for finding in await inspect():
        print(finding)


if __name__ == "__main__":
    asyncio.run(main())
