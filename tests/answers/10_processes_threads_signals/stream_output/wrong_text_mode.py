# Mistake: lets Popen make text of it, which ends lines at carriage returns and is strict.
# Caught by: only a line feed ends a line, and bytes outside UTF-8 are replaced

import asyncio
import subprocess
import sys


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


def follow(stream, tell, target):
    for line in stream:
        tell(target, line.removesuffix("\n"))


async def build(target: str) -> int:
    with subprocess.Popen([*TOOL, target], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as tool:
        await asyncio.gather(
            asyncio.to_thread(follow, tool.stdout, show, target), asyncio.to_thread(follow, tool.stderr, warn, target)
        )
        return await asyncio.to_thread(tool.wait)


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
