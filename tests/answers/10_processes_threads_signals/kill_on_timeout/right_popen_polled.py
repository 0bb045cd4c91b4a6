# Style: Popen, polled every 20 ms, with its output in a temporary file

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile

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


def send(tool, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(tool.pid, number)


async def ends_within(tool, seconds):
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while tool.poll() is None:
        if loop.time() > end:
            return False
        await asyncio.sleep(0.02)
    return True


async def convert(picture):
    with tempfile.TemporaryFile() as output:
        tool = subprocess.Popen([*TOOL, picture], stdout=output, start_new_session=True)
        in_time = False
        try:
            in_time = await ends_within(tool, LIMIT)
        finally:
            if not in_time:
                send(tool, signal.SIGTERM)
                try:
                    await ends_within(tool, GRACE)
                finally:
                    send(tool, signal.SIGKILL)
                tool.wait()
        if not in_time:
            return "given up"
        output.seek(0)
        return output.read().decode().strip()


async def main(pictures: list[str]) -> None:
    results = await asyncio.gather(*map(convert, pictures))
    for picture, result in zip(pictures, results, strict=True):
        print(f"{picture}: {result}")
    print("left behind:", ", ".join(name for name in sorted(os.listdir()) if name.endswith(".part")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(["small.png", "huge.png", "stuck.png"]))
