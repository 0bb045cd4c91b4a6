"""The tide gauge and the lamp

A lighthouse reads the tide gauge from a named pipe, one line for each level, while its lamp flashes every 0.2 s. The
gauge is slow: it opens its end of the pipe when it is ready, and writes a line now and then. As handed out, the lamp
stays dark until the gauge has finished. Once it is right, the lamp flashes from the start:

    flash
    flash
    flash
    0.42 m
    flash
    ...
    highest: 1.93 m

Leave alone: `flash`, `blink` and `gauge`.

Required of the coroutine function `main(pipe)`:
- it reads the named pipe until the gauge closes it, and prints every level, in the order in which they were written
- each level is printed within 0.2 s after it was written
- the highest level is printed at the end; levels are numbers and may be negative
- the lamp flashes from the start to the end, with no gap longer than 0.4 s
- the lamp stops when main returns
"""

import asyncio
import os
import tempfile
import threading
import time


async def flash() -> None:
    print("flash")


async def read_levels(pipe: str) -> list[str]:
    levels = []
    with open(pipe) as lines:
        for line in lines:
            levels.append(line.strip())
            print(levels[-1], "m")
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
