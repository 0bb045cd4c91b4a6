# Style: a protocol of its own, without streams

import asyncio
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


class Listener(asyncio.SubprocessProtocol):
    def __init__(self):
        self.pieces = {1: [], 2: []}
        self.ended = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd, data):
        self.pieces[fd].append(data)

    def connection_lost(self, _exc):
        self.ended.set_result(None)


async def loudness(recording: str) -> str:
    loop = asyncio.get_running_loop()
    transport, listener = await loop.subprocess_exec(Listener, *TOOL, recording)
    await listener.ended
    failed = transport.get_returncode() != 0
    text = b"".join(listener.pieces[2 if failed else 1]).decode().strip()
    return f"failed: {text}" if failed else text


async def main(recordings: list[str]) -> None:
    results = await asyncio.gather(*(loudness(recording) for recording in recordings))
    for recording, result in zip(recordings, results, strict=True):
        print(f"{recording}: {result}")


if __name__ == "__main__":
    asyncio.run(main(["interview.wav", "jingle.wav", "concert.wav"]))
