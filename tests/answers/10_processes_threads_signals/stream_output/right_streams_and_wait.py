# Style: gathers the readers and the end of the tool; an iterator with a sentinel

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
    tool = await asyncio.create_subprocess_exec(*TOOL, target, stdout=PIPE, stderr=PIPE, limit=1 << 24)

    async def each(stream, tell):
        while True:
            line = await stream.readline()
            if line == b"":
                return
            if line.endswith(b"\n"):
                line = line[:-1]
            tell(target, line.decode(encoding="utf-8", errors="replace"))

    status, *_ = await asyncio.gather(tool.wait(), each(tool.stdout, show), each(tool.stderr, warn))
    return status


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
