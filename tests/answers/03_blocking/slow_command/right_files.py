# Style: the tool writes into temporary files, and is polled with Popen

import asyncio
import sys
import subprocess
from tempfile import TemporaryFile

# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import sys, time
time.sleep(0.6)
if sys.argv[1].startswith("jingle"):
    sys.exit(f"{sys.argv[1]} is silent")
print(f"-{len(sys.argv[1]) + 3}.4 LUFS")
"""
TOOL = [sys.executable, "-c", SCRIPT]


async def loudness(recording: str) -> str:
    with TemporaryFile("w+") as output, TemporaryFile("w+") as complaint:
        child = subprocess.Popen([*TOOL, recording], stdout=output, stderr=complaint)
        while (status := child.poll()) is None:
            await asyncio.sleep(0.02)
        written = complaint if status else output
        written.seek(0)
        return ("failed: " if status else "") + written.read().strip()


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
