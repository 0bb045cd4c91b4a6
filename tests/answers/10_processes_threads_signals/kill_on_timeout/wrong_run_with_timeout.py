# Mistake: lets subprocess.run do it, in a thread: it kills at once, and cannot be cancelled.
# Caught by: the tool can tidy up undisturbed, and convert ends when it has done so
# Caught by: a cancelled conversion ends its tool in the same way, then itself

import asyncio
import os
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
    try:
        done = await asyncio.to_thread(subprocess.run, [*TOOL, picture], stdout=subprocess.PIPE, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return "given up"
    return done.stdout.decode().strip()


async def main(pictures: list[str]) -> None:
    results = await asyncio.gather(*map(convert, pictures))
    for picture, result in zip(pictures, results, strict=True):
        print(f"{picture}: {result}")
    print("left behind:", ", ".join(name for name in sorted(os.listdir()) if name.endswith(".part")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(["small.png", "huge.png", "stuck.png"]))
