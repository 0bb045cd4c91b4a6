# Mistake: takes every piece that arrives for a whole line.
# Caught by: every level is printed, in the order they were written

import asyncio
import os
import tempfile
import threading
import time


async def flash() -> None:
    print("flash")


async def read_levels(pipe: str) -> list[str]:
    levels = []
    end = await asyncio.to_thread(os.open, pipe, os.O_RDONLY)
    while piece := await asyncio.to_thread(os.read, end, 4096):
        levels.append(piece.decode().strip())
        print(levels[-1], "m")
    os.close(end)
    return levels


async def blink() -> None:
    while True:
        await flash()
        await asyncio.sleep(0.2)


async def main(pipe: str) -> None:
    lamp = asyncio.create_task(blink())
    levels = await read_levels(pipe)
    lamp.cancel()
    print(f"highest: {max(levels)} m")


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
