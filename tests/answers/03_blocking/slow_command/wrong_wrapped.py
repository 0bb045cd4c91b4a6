# Mistake: runs the command in a coroutine of its own, which blocks as before.
# Shows: blocking-call
# Caught by: the tool runs for all recordings at the same time

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


async def run_tool(recording: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*TOOL, recording], capture_output=True, text=True)


async def loudness(recording: str) -> str:
    done = await run_tool(recording)
    if done.returncode != 0:
        return f"failed: {done.stderr.strip()}"
    return done.stdout.strip()


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
