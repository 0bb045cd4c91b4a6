# Mistake: calls to_thread without await.
# Shows: never-awaited
# Caught by: the tool runs once for each recording

import asyncio
import subprocess
import sys

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
    done = asyncio.to_thread(subprocess.run, [*TOOL, recording], capture_output=True, text=True)
    return str(done)


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
