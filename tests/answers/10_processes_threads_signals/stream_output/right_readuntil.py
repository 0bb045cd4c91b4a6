# Style: readuntil, and a catch for what it raises

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


async def follow(stream: asyncio.StreamReader, target: str, tell: Callable[[str, str], None]) -> None:
    ended = False
    while not ended:
        try:
            line = await stream.readuntil(b"\n")
        except asyncio.IncompleteReadError as end:
            line, ended = end.partial, True
            if not line:
                break
        tell(target, line.removesuffix(b"\n").decode("utf-8", "replace"))


async def build(target: str) -> int:
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=2**22)
    assert tool.stdout is not None
    assert tool.stderr is not None
    warnings = asyncio.create_task(follow(tool.stderr, target, warn))
    await follow(tool.stdout, target, show)
    await warnings
    return await tool.wait()


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
