# Style: an asynchronous context manager that owns the process group

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

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


@contextlib.asynccontextmanager
async def running(*command: str) -> AsyncIterator[Process]:
    tool = await asyncio.create_subprocess_exec(*command, stdout=PIPE, process_group=0)
    try:
        yield tool
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(tool.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE):
                await tool.wait()
        except TimeoutError:
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(tool.pid, signal.SIGKILL)
        await tool.wait()
        raise


async def convert(picture: str) -> str:
    try:
        async with running(*TOOL, picture) as tool:
            output, _ = await asyncio.wait_for(tool.communicate(), LIMIT)
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
