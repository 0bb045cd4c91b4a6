# Style: one finally for every way out; wait in place of timeouts

import asyncio
import os
import signal
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


def signal_group(tool, number):
    try:
        os.killpg(tool.pid, number)
    except ProcessLookupError:
        pass


async def convert(picture):
    tool = await asyncio.create_subprocess_exec(*TOOL, picture, stdout=PIPE, preexec_fn=os.setsid)
    reading = asyncio.create_task(tool.communicate())
    try:
        done, _ = await asyncio.wait([reading], timeout=LIMIT)
    finally:
        if not reading.done():
            signal_group(tool, signal.SIGTERM)
            try:
                await asyncio.wait([reading], timeout=GRACE)
            finally:
                signal_group(tool, signal.SIGKILL)
            await reading
            await tool.wait()
    if not done:
        return "given up"
    output, _ = reading.result()
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
