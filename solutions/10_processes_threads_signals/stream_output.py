"""The build server

A build server runs a tool for each target, and shows what the tool writes: its output on the page of the build, its
warnings in a column beside it. A build takes minutes, and people look at the page to see how far it is. As handed out,
the page stays empty until the build ends. Once it is right, the lines come while the tool runs:

    0.05   app:   0 % built
    0.45   app:  50 % built
    0.45   app! two unused imports
    0.85   app: 100 % built
    1.25   app: exit status 0

Leave alone: `show`, `warn`, `SCRIPT`, `TOOL` and `main`.
The grader puts another command into TOOL. The name of the target is its last argument.

Required of the coroutine function `build(target)`:
- it runs the tool once, calls show for each line of its standard output, and warn for each line of its standard error
- each line is shown within 0.2 s after the tool has written the end of the line, whatever it does next
- the lines of each output are shown as they are and in their order: with their indentation, without the line break at
  their end; an empty line is a line
- a line ends with a line feed and with nothing else; the last one may lack it
- the tool may write any number of lines to both outputs, of up to 500 kB each
- bytes that are not UTF-8 are shown as U+FFFD, the replacement character
- build returns the exit status of the tool when the tool has ended, which may be after its last line
- several builds are shown at the same time
"""

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


async def read_lines(stream: asyncio.StreamReader | None, target: str, tell: Callable[[str, str], None]) -> None:
    assert stream
    async for line in stream:
        tell(target, line.decode(errors="replace").removesuffix("\n"))


async def build(target: str) -> int:
    # Without a limit of its own, a line of more than 64 kB would raise ValueError.
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=500_000)
    # Both at the same time: an output that nobody reads would sooner or later stop the tool.
    await asyncio.gather(read_lines(tool.stdout, target, show), read_lines(tool.stderr, target, warn))
    # The end of the outputs need not be the end of the tool.
    return await tool.wait()


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
