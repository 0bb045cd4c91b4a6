# Mistake: lets the lamp flash for a while, and reads afterwards.
# Shows: blocking-call
# Caught by: the lamp flashes all the while, with no gap above 0.4 s

"""A lighthouse reads the tide gauge from a named pipe, a line for each level, while its lamp flashes.

The gauge is slow: it opens its end of the pipe when it is ready and writes a line now and then. Once it is right, the
lamp flashes every 0.2 s from the start, and each level is printed when it was written:

    flash
    flash
    flash
    0.42 m
    flash
    ...
    highest: 1.93 m

Today the lamp stays dark: not one flash before the gauge has finished.

What may not change: `main(pipe)` reads the named pipe at that path until the gauge closes it, prints each level within
0.2 s, and in the end the highest. It calls `flash` (leave it as it is) all the while, with no gap above 0.4 s.
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
    await asyncio.sleep(0.5)
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
