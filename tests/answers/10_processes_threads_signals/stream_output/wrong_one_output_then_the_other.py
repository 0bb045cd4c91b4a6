# Mistake: reads the warnings after the output.
# Caught by: each line is shown within 0.2 s after the tool has written it
# Caught by: the tool may write any number of lines of up to 500 kB to both outputs

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


async def build(target: str) -> int:
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=2**20)
    assert tool.stdout and tool.stderr
    async for line in tool.stdout:
        show(target, line.decode(errors="replace").removesuffix("\n"))
    async for line in tool.stderr:
        warn(target, line.decode(errors="replace").removesuffix("\n"))
    return await tool.wait()


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
