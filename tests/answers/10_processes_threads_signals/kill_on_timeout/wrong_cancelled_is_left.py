# Mistake: thinks of the limit, and not of a cancellation.
# Caught by: a cancelled conversion ends its tool in the same way, then itself

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process

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
    tool = await asyncio.create_subprocess_exec(*TOOL, picture, stdout=PIPE, start_new_session=True)
    try:
        async with asyncio.timeout(LIMIT):
            output, _ = await tool.communicate()
    except TimeoutError:
        await end(tool)
        return "given up"
    return output.decode().strip()


async def end(tool: Process) -> None:
    send(tool, signal.SIGTERM)
    try:
        await asyncio.wait_for(tool.wait(), GRACE)
    except TimeoutError:
        pass
    finally:
        send(tool, signal.SIGKILL)
    await tool.wait()


def send(tool: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(tool.pid, number)


async def main(pictures: list[str]) -> None:
    results = await asyncio.gather(*map(convert, pictures))
    for picture, result in zip(pictures, results, strict=True):
        print(f"{picture}: {result}")
    print("left behind:", ", ".join(name for name in sorted(os.listdir()) if name.endswith(".part")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(["small.png", "huge.png", "stuck.png"]))
