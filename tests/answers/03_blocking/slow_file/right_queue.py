# Style: a thread reads and hands each line to the loop through a queue

import asyncio
import os
import tempfile
import threading
import time


async def flash() -> None:
    print("flash")


async def arriving(pipe: str):
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        with open(pipe) as lines:
            for line in lines:
                loop.call_soon_threadsafe(queue.put_nowait, line.strip())
        loop.call_soon_threadsafe(queue.put_nowait, None)

    reading = loop.run_in_executor(None, read)
    while (level := await queue.get()) is not None:
        yield level
    await reading


async def read_levels(pipe: str) -> list[str]:
    levels = []
    async for level in arriving(pipe):
        levels.append(level)
        print(level, "m")
    return levels


async def blink() -> None:
    while True:
        await flash()
        await asyncio.sleep(0.2)


async def main(pipe: str) -> None:
    lamp = asyncio.create_task(blink())
    levels = await read_levels(pipe)
    lamp.cancel()
    print(f"highest: {max(levels, key=float)} m")


def gauge(pipe: str) -> None:
    time.sleep(0.5)
    with open(pipe, "w", buffering=1) as lines:
        for level in (0.42, 0.97, 1.93, 1.88):
            lines.write(f"{level}\n")
            time.sleep(0.4)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(f"{folder}/gauge")
        threading.Thread(target=gauge, args=[f"{folder}/gauge"]).start()
        asyncio.run(main(f"{folder}/gauge"))
