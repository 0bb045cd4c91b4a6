# Mistake: hopes for the loop's exception handler; that hears of a task's error only when the task is thrown away.
# Caught by: the writer is warned as soon as a save has failed, and only once

import asyncio

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


async def write() -> str:
    asyncio.get_running_loop().set_exception_handler(lambda _, context: warn(str(context["exception"])))
    page: list[str] = []
    saving = asyncio.create_task(keep_saving(page))
    while key := await next_key(len(page)):
        page.append(key)
    saving.cancel()
    return "".join(page)


async def main() -> None:
    print("the page:", await write())
    await close()


if __name__ == "__main__":
    asyncio.run(main())
