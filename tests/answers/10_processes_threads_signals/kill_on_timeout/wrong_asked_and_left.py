# Mistake: asks the tool to end, and does not wait for that.
# Caught by: the tool can tidy up undisturbed, and convert ends when it has done so
# Caught by: a tool that is stuck is killed GRACE seconds after SIGTERM

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
    except asyncio.CancelledError:
        await end(tool)
        raise
    return output.decode().strip()


async def end(tool: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(tool.pid, signal.SIGTERM)


async def main(pictures: list[str]) -> None:
    results = await asyncio.gather(*map(convert, pictures))
    for picture, result in zip(pictures, results, strict=True):
        print(f"{picture}: {result}")
    print("left behind:", ", ".join(name for name in sorted(os.listdir()) if name.endswith(".part")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(["small.png", "huge.png", "stuck.png"]))
