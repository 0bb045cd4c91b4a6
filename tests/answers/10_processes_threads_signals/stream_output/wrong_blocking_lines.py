# Mistake: reads the lines with a loop that blocks.
# Shows: blocking-call
# Caught by: several builds are shown at the same time

import asyncio
import subprocess
import sys
import threading


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
        tell(target, line.decode(errors="replace").removesuffix("\n"))


async def build(target: str) -> int:
    with subprocess.Popen([*TOOL, target], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        warnings = threading.Thread(target=follow, args=(tool.stderr, warn, target))
        warnings.start()
        follow(tool.stdout, show, target)
        warnings.join()
    return tool.returncode


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
