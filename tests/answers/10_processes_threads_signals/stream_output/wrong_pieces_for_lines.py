# Mistake: takes each piece that arrives for whole lines.
# Caught by: the lines are shown as they are, in the order of each output
# Caught by: only a line feed ends a line, and bytes outside UTF-8 are replaced

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


async def read_lines(stream: asyncio.StreamReader, target: str, tell: Callable[[str, str], None]) -> None:

    while piece := await stream.read(65536):
        for line in piece.decode(errors="replace").split("\n")[: -1 if piece.endswith(b"\n") else None]:
            tell(target, line)


async def build(target: str) -> int:
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=2**20)
    assert tool.stdout and tool.stderr
    async with asyncio.TaskGroup() as group:
        group.create_task(read_lines(tool.stdout, target, show))
        group.create_task(read_lines(tool.stderr, target, warn))
    return await tool.wait()


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
