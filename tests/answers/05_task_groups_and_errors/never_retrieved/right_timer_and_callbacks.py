# Style: a timer and the done callback of each save, in a class; no loop in the background.

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


class Saving:
    def __init__(self, page):
        self.page = page
        self.loop = asyncio.get_running_loop()
        self.task = None
        self.wait()

    def wait(self):
        self.timer = self.loop.call_later(INTERVAL, self.begin)

    def begin(self):
        self.task = self.loop.create_task(save("".join(self.page)))
        self.task.add_done_callback(self.ended)

    def ended(self, task):
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self.wait()
        else:
            warn(str(error))

    def stop(self):
        self.timer.cancel()
        if self.task is not None:
            self.task.cancel()


async def write():
    page = []
    saving = Saving(page)
    try:
        while key := await next_key(len(page)):
            page.append(key)
    finally:
        saving.stop()
    return "".join(page)


async def main() -> None:
    print("the page:", await write())
    await close()


if __name__ == "__main__":
    asyncio.run(main())
