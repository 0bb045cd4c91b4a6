"""The converter

A shop converts the pictures of its customers with a tool, and gives up after LIMIT seconds. One day the machine was
busy with forty tools that nobody waited for any more, each with its unfinished file. As handed out, two such files are
left. A tool that gets SIGTERM deletes its file, unless it is stuck. Once the program is right, it prints this (the
seconds on the left are not printed):

    2.50   small.png: 12 kB
    2.50   huge.png: given up
    2.50   stuck.png: given up
    2.50   left behind: stuck.png.part

Leave alone: `LIMIT`, `GRACE`, `SCRIPT`, `TOOL` and `main`.
The grader puts other numbers into LIMIT and GRACE and another command into TOOL. The name of the picture is its last
argument. Some tools start further programs.

Required of the coroutine function `convert(picture)`:
- it runs the tool once, and returns what the tool wrote to its standard output, without white space around it, if that
  takes no longer than LIMIT seconds
- a tool that takes longer is sent SIGTERM after LIMIT seconds, and convert returns "given up"
- a tool that has not ended GRACE seconds after SIGTERM is killed with SIGKILL; until then, it can tidy up undisturbed
- if convert is cancelled, the tool is ended in the same way, and the CancelledError comes out
- if it is cancelled while the tool tidies up, it may kill the tool at once (it is cancelled at most once)
- when convert has given up or is cancelled, it ends as soon as the tool has ended, and not before; no zombie is left
- by then, the programs that the tool started have ended as well
- several pictures are converted at the same time
"""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import PIPE

LIMIT = 2.0
GRACE = 0.5

# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import os, signal, sys, time
picture = sys.argv[1]
part = f"{picture}.part"
open(part, "w").close()
signal.signal(signal.SIGTERM, signal.SIG_IGN if picture == "stuck.png" else lambda *_: sys.exit(os.remove(part)))
time.sleep(0.1 if picture == "small.png" else 5)
if os.path.exists(part):
    os.remove(part)
    print("12 kB")
"""
TOOL = [sys.executable, "-c", SCRIPT]


async def convert(picture: str) -> str:
    tool = await asyncio.create_subprocess_exec(*TOOL, picture, stdout=PIPE)
    try:
        async with asyncio.timeout(LIMIT):
            output, _ = await tool.communicate()
    except TimeoutError:
        return "given up"
    return output.decode().strip()


async def main(pictures: list[str]) -> None:
    results = await asyncio.gather(*map(convert, pictures))
    for picture, result in zip(pictures, results, strict=True):
        print(f"{picture}: {result}")
    print("left behind:", ", ".join(name for name in sorted(os.listdir()) if name.endswith(".part")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(["small.png", "huge.png", "stuck.png"]))
