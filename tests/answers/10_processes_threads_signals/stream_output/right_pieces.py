# Style: reads pieces of any size, and cuts them into lines by itself

import asyncio
import sys
from asyncio.subprocess import PIPE


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


async def read_lines(stream, tell):
    rest = b""
    while piece := await stream.read(65536):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            tell(line.decode("utf-8", "replace"))
    if rest:
        tell(rest.decode("utf-8", "replace"))


async def build(target):
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE)
    await asyncio.gather(
        read_lines(tool.stdout, lambda line: show(target, line)),
        read_lines(tool.stderr, lambda line: warn(target, line)),
    )
    await tool.wait()
    return tool.returncode


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
