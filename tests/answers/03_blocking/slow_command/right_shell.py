# Style: a shell command, with the arguments quoted, in a TaskGroup

import asyncio
import shlex
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
    command = shlex.join([*TOOL, recording])
    child = await asyncio.create_subprocess_shell(command, stdout=PIPE, stderr=PIPE)
    output, complaint = (text.decode().strip() for text in await child.communicate())
    return output if child.returncode == 0 else f"failed: {complaint}"


async def main(recordings: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(loudness(recording)) for recording in recordings]
    results = [task.result() for task in tasks]
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
