# Mistake: gives way after each line: the wait for the next one blocks as before.
# Shows: blocking-call
# Caught by: the lamp flashes from start to end, with no gap longer than 0.4 s

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
            await asyncio.sleep(0)
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
