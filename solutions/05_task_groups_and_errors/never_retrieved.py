"""Never retrieved.

A writer types a page, and in the background the page is saved every 0.3 s. Today the disk is full. Saving ends with an
error, the writer goes on typing for hours, and nobody ever says a word.

Once it is right, `python never_retrieved.py` prints this (on the left: seconds from the start, not printed):

    0.30   saved: on
    0.60   warning: the disk is full
    0.95   the page: once
    1.45   closed

What may not change: next_key, save, warn and close (when graded, others take their place), main, and INTERVAL.
write() reads keys until there are no more ("") and returns the page, whatever becomes of the saving. The page is saved
after INTERVAL seconds, and again INTERVAL seconds after each save. When that fails, with whatever exception, the writer
is warned at once, one time, with its text, even if the next key takes long, and nothing is saved from then on. When the
writer is done, saving is cancelled; that is no reason for a warning, nor for a traceback.
"""

import asyncio

KEYS = ["o", "n", "c", "e", ""]
INTERVAL = 0.3


async def next_key(number: int) -> str:
    """The key that the writer presses next, "" at the end (leave it as it is)."""
    await asyncio.sleep(0.1 if number < 2 else 0.25)
    return KEYS[number]


async def save(page: str) -> None:
    if len(page) > 2:
        raise OSError("the disk is full")
    print(f"saved: {page}")


def warn(text: str) -> None:
    print(f"warning: {text}")


async def close() -> None:
    await asyncio.sleep(0.5)
    print("closed")


async def keep_saving(page: list[str]) -> None:
    # A task keeps its exception until somebody awaits it or asks for it. Nobody does while the writer writes, so it
    # is told here, where it happens. Exception, not BaseException: being cancelled at the end is no failure.
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
