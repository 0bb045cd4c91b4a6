# Style: a pool of one thread, next() with a default, and a TaskGroup around both tasks

import asyncio
import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor


async def flash() -> None:
    print("flash")


async def read_levels(pipe: str) -> list[str]:
    levels = []
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1) as hand:
        lines = await loop.run_in_executor(hand, open, pipe)
        while (line := await loop.run_in_executor(hand, next, lines, None)) is not None:
            levels.append(line.strip())
            print(f"{line.strip()} m", flush=True)
        lines.close()
    return levels


async def blink() -> None:
    while True:
        await flash()
        await asyncio.sleep(0.2)


async def main(pipe: str) -> None:
    async with asyncio.TaskGroup() as group:
        lamp = group.create_task(blink())
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
