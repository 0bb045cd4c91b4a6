# Mistake: stops reading when the tool has ended, while lines are still in the pipes.
# Caught by: the tool may write any number of lines of up to 500 kB to both outputs

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

    async for line in stream:
        await asyncio.sleep(0.01)
        tell(target, line.decode(errors="replace").removesuffix("\n"))


async def build(target: str) -> int:
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=2**20)
    assert tool.stdout and tool.stderr
    readers = [
        asyncio.create_task(read_lines(tool.stdout, target, show)),
        asyncio.create_task(read_lines(tool.stderr, target, warn)),
    ]
    status = await tool.wait()
    for reader in readers:
        reader.cancel()
    return status


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
