# Mistake: looks twice a second for new lines.
# Caught by: each line is shown within 0.2 s after the tool has written it

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


async def read_lines(stream: asyncio.StreamReader, lines: list[str]) -> None:
    async for line in stream:
        lines.append(line.decode(errors="replace").removesuffix("\n"))


async def build(target: str) -> int:
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=2**20)
    assert tool.stdout and tool.stderr
    output: list[str] = []
    warnings: list[str] = []
    readers = asyncio.gather(read_lines(tool.stdout, output), read_lines(tool.stderr, warnings))
    ended = False
    while not ended:
        ended = readers.done()
        for lines, tell in ((output, show), (warnings, warn)):
            while lines:
                tell(target, lines.pop(0))
        if not ended:
            await asyncio.sleep(2)
    return await tool.wait()


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
