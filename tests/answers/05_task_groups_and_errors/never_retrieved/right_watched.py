# Style: a second task waits for the first; a context manager ends both.

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

KEYS = ["o", "n", "c", "e", ""]
INTERVAL = 0.45


async def next_key(number: int) -> str:
    """The key that the writer presses next, "" at the end (leave it as it is)."""
    await asyncio.sleep(0.1 if number < 2 else 0.45)
    return KEYS[number]


async def save(page: str) -> None:
    if len(page) > 2:
        raise OSError("the disk is full")
    print(f"saved: {page}")


def warn(text: str) -> None:
    print(f"warning: {text}")


async def close() -> None:
    await asyncio.sleep(0.3)
    print("closed")


async def keep_saving(page: list[str]) -> None:
    while True:
        await asyncio.sleep(INTERVAL)
        await save("".join(page))


async def watch(task: asyncio.Task[None]) -> None:
    try:
        await asyncio.shield(task)
    except Exception as error:
        warn(str(error))


@asynccontextmanager
async def in_background(coroutine: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(coroutine)
    watching = asyncio.create_task(watch(task))
    try:
        yield
    finally:
        watching.cancel()
        task.cancel()
        await asyncio.gather(task, watching, return_exceptions=True)


async def write() -> str:
    page: list[str] = []
    async with in_background(keep_saving(page)):
        while key := await next_key(len(page)):
            page.append(key)
    return "".join(page)


async def main() -> None:
    print("the page:", await write())
    await close()


if __name__ == "__main__":
    asyncio.run(main())
