# Mistake: forgets that the exit status of a tool that was killed is negative.
# Caught by: a run is printed as failed if its exit status is not 0, and only then

import asyncio
import sys
from asyncio.subprocess import PIPE

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
    tool = await asyncio.create_subprocess_exec(*TOOL, recording, stdout=PIPE, stderr=PIPE)
    output, complaint = await tool.communicate()
    if (tool.returncode or 0) > 0:
        return f"failed: {complaint.decode().strip()}"
    return output.decode().strip()


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
