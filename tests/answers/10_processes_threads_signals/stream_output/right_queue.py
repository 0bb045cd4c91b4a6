# Style: two readers put lines into one queue, and the build shows them

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable


def show(target: str, line: str) -> None:
    print(f"{target}: {line}")


def warn(target: str, line: str) -> None:
    print(f"{target}! {line}")


# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import sys, time
for percent in (0, 50, 100):
    print(f"{percent:3} % built", flush=True)
    if percent == 50:
        print("two unused imports", file=sys.stderr, flush=True)
    time.sleep(0.4)
"""
TOOL = [sys.executable, "-c", SCRIPT]


END = None


async def read(stream: asyncio.StreamReader, tell: Callable[[str, str], None], lines: asyncio.Queue) -> None:
    while line := await stream.readline():
        await lines.put((tell, str(line, "utf-8", "replace").rstrip("\n")))
    await lines.put(END)


async def build(target: str) -> int:
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=2**20)
    lines: asyncio.Queue = asyncio.Queue(maxsize=10)
    async with asyncio.TaskGroup() as group:
        group.create_task(read(tool.stdout, show, lines))
        group.create_task(read(tool.stderr, warn, lines))
        ends = 0
        while ends < 2:
            item = await lines.get()
            if item is END:
                ends += 1
                continue
            tell, line = item
            tell(target, line)
    return await tool.wait()


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
