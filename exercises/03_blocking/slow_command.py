"""How loud is it?

A radio station measures how loud its recordings are with a command-line tool, which is run once for each recording.
The tool needs 0.6 s, and several may run at the same time. As handed out, the program waits for each run before it
starts the next, which takes 1.9 s. Once it is right, it prints this and ends after about 0.7 s:

    interview.wav: -16.4 LUFS
    jingle.wav: failed: jingle.wav is silent
    concert.wav: -14.4 LUFS

Leave alone: `SCRIPT` and `TOOL`.
The grader puts another command into TOOL. The name of the recording, which may contain spaces, is its last argument.

Required of the coroutine function `main(recordings)`:
- it prints, in the order of the recordings, what the tool wrote to its standard output, without whitespace around it
- if the exit status is not 0, it prints `failed: ` and what the tool wrote to its standard error instead
- the tool runs once for each recording
- the tool runs for all recordings at the same time, so that main takes as long as the slowest run
- the tool may write any amount of text to both of its outputs
- the event loop is free for other tasks while the tool runs
"""

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
    done = subprocess.run([*TOOL, recording], capture_output=True, text=True)
    if done.returncode != 0:
        return f"failed: {done.stderr.strip()}"
    return done.stdout.strip()


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
