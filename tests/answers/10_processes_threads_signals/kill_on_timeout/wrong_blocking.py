# Mistake: waits with a call that blocks, so that pictures wait for one another.
# Shows: blocking-call
# Caught by: pictures are converted at the same time, and no zombie is left

import asyncio
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


async def convert(picture: str) -> str:
    tool = subprocess.Popen([*TOOL, picture], stdout=subprocess.PIPE, start_new_session=True)
    try:
        output, _ = tool.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(tool.pid, signal.SIGTERM)
        try:
            tool.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(tool.pid, signal.SIGKILL)
            tool.wait()
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
