# Style: a task of its own ends the tool

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


async def end(tool):
    try:
        os.killpg(tool.pid, signal.SIGTERM)
        await asyncio.wait([asyncio.create_task(tool.wait())], timeout=GRACE)
        os.killpg(tool.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    await tool.communicate()


async def convert(picture):
    tool = await asyncio.create_subprocess_exec(*TOOL, picture, stdout=PIPE, start_new_session=True)
    try:
        output = (await asyncio.wait_for(tool.communicate(), LIMIT))[0]
    except (TimeoutError, asyncio.CancelledError) as reason:
        ending = asyncio.create_task(end(tool))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await asyncio.wait([ending])
            raise
        if isinstance(reason, TimeoutError):
            return "given up"
        raise
    return str(output, "utf-8").strip()


async def main(pictures: list[str]) -> None:
    results = await asyncio.gather(*map(convert, pictures))
    for picture, result in zip(pictures, results, strict=True):
        print(f"{picture}: {result}")
    print("left behind:", ", ".join(name for name in sorted(os.listdir()) if name.endswith(".part")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(["small.png", "huge.png", "stuck.png"]))
