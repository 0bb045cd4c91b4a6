# Mistake: threads for the tools, while main blocks until they are done.
# Shows: blocking-call
# Caught by: the event loop is free while the tool runs

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import sys, time
time.sleep(0.6)
if sys.argv[1].startswith("jingle"):
    sys.exit(f"{sys.argv[1]} is silent")
print(f"-{len(sys.argv[1]) + 3}.4 LUFS")
"""
TOOL = [sys.executable, "-c", SCRIPT]


def loudness(recording: str) -> str:
    done = subprocess.run([*TOOL, recording], capture_output=True, text=True)
    if done.returncode != 0:
        return f"failed: {done.stderr.strip()}"
    return done.stdout.strip()


async def main(recordings: list[str]) -> None:
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(loudness, recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
