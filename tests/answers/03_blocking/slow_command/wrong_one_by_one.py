# Mistake: waits for each tool before it starts the next.
# Shows: sequential-await
# Caught by: all recordings are measured at the same time

"""A radio station measures how loud its recordings are, with a command-line tool: one run of it for each recording.

The tool needs 0.6 s, and several may run at once. Once it is right, they do, and the program ends after about 0.7 s
(today 1.9 s):

    interview.wav: -16.4 LUFS
    jingle.wav: failed: jingle.wav is silent
    concert.wav: -14.4 LUFS

What may not change: `TOOL` is the command, to which the name of the recording is added (it may be another command).
`main(recordings)` is a coroutine function; it runs the tool once for each recording and prints, in the order of
`recordings`, what the tool wrote to its standard output, or `failed: ` and what it wrote to its standard error if its
exit status was not 0. While the tools run, the event loop is free for everything else.
"""

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
    child = await asyncio.create_subprocess_exec(*TOOL, recording, stdout=PIPE, stderr=PIPE)
    output, complaint = await child.communicate()
    if child.returncode != 0:
        return f"failed: {complaint.decode().strip()}"
    return output.decode().strip()


async def main(recordings: list[str]) -> None:
    results = [await loudness(recording) for recording in recordings]
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
