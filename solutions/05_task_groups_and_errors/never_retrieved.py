"""Never retrieved.

A writer types a page, and in the background the page is saved again and again. One day the disk is full. The saving
ends with an error, but the writer goes on typing for hours, because no message appears.

Once it is right, `python never_retrieved.py` prints this (the seconds on the left are not printed):

    0.45   saved: on
    0.90   warning: the disk is full
    1.55   the page: once
    1.85   closed

Leave alone: `KEYS`, `INTERVAL`, `next_key`, `save`, `warn`, `close` and `main`.

Required:
- write() reads keys until there are no more ("") and returns the page, even if a save fails
- INTERVAL seconds after the start, and INTERVAL seconds after the end of each save, the page typed so far is saved
- when a save fails with any exception, warn is called once, at once, with its text, even if the next key takes long;
  after that, nothing more is saved
- when the writer is done, the saving is cancelled; that causes no warning and no traceback
"""

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
    # A task keeps its exception until somebody awaits the task or asks for it. Nobody does while the writer writes, so
    # the warning is given here, where the error happens. Exception, not BaseException: a cancellation is no failure.
    try:
        while True:
            await asyncio.sleep(INTERVAL)
            await save("".join(page))
    except Exception as error:
        warn(str(error))


async def write() -> str:
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
