# Mistake: reads all of the standard output before it looks at the standard error.
# Caught by: the tool may write any amount of text to both of its outputs

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
    assert tool.stdout and tool.stderr
    output = await tool.stdout.read()
    complaint = await tool.stderr.read()
    await tool.wait()
    if tool.returncode != 0:
        return f"failed: {complaint.decode().strip()}"
    return output.decode().strip()


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
