# Style: waits for the next key and for the saving, whichever comes first.

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
    page: list[str] = []
    saving = asyncio.create_task(keep_saving(page))
    while True:
        pressing = asyncio.create_task(next_key(len(page)))
        if not saving.done():
            await asyncio.wait({pressing, saving}, return_when=asyncio.FIRST_COMPLETED)
            if saving.done():
                warn(str(saving.exception()))
        key = await pressing
        if not key:
            saving.cancel()
            return "".join(page)
        page.append(key)


async def main() -> None:
    print("the page:", await write())
    await close()


if __name__ == "__main__":
    asyncio.run(main())
