# Mistake: looks now and then whether the tool has ended, and reads its pipes only afterwards.
# Caught by: the tool may write any amount of text to both of its outputs

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
    child = subprocess.Popen([*TOOL, recording], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while child.poll() is None:
        await asyncio.sleep(0.03)
    output, complaint = child.communicate()
    if child.returncode != 0:
        return f"failed: {complaint.strip()}"
    return output.strip()


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
