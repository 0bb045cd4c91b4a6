# Style: a protocol; the signals are sent by timers

import asyncio
import contextlib
import os
import signal
import sys
import tempfile

LIMIT = 2.0
GRACE = 0.5

# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import os, signal, sys, time
picture = sys.argv[1]
part = f"{picture}.part"
open(part, "w").close()
signal.signal(signal.SIGTERM, signal.SIG_IGN if picture == "stuck.png" else lambda *_: sys.exit(os.remove(part)))
time.sleep(0.1 if picture == "small.png" else 5)
if os.path.exists(part):
    os.remove(part)
    print("12 kB")
"""
TOOL = [sys.executable, "-c", SCRIPT]


class Conversion(asyncio.SubprocessProtocol):
    def __init__(self):
        self.output = bytearray()
        self.ended = asyncio.get_running_loop().create_future()
        self.pid = None
        self.given_up = False

    def connection_made(self, transport):
        self.pid = transport.get_pid()

    def pipe_data_received(self, fd, data):
        self.output += data

    def connection_lost(self, exc):
        self.ended.set_result(None)

    def process_exited(self):
        if self.given_up:
            self.send(signal.SIGKILL)

    def send(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def give_up(self):
        if not self.given_up:
            self.given_up = True
            self.send(signal.SIGTERM)
            asyncio.get_running_loop().call_later(GRACE, self.send, signal.SIGKILL)


async def convert(picture):
    loop = asyncio.get_running_loop()
    _, conversion = await loop.subprocess_exec(Conversion, *TOOL, picture, stderr=None, start_new_session=True)
    limit = loop.call_later(LIMIT, conversion.give_up)
    try:
        await asyncio.shield(conversion.ended)
    except asyncio.CancelledError:
        conversion.give_up()
        await conversion.ended
        raise
    finally:
        limit.cancel()
    return "given up" if conversion.given_up else conversion.output.decode().strip()


async def main(pictures: list[str]) -> None:
    results = await asyncio.gather(*map(convert, pictures))
    for picture, result in zip(pictures, results, strict=True):
        print(f"{picture}: {result}")
    print("left behind:", ", ".join(name for name in sorted(os.listdir()) if name.endswith(".part")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(main(["small.png", "huge.png", "stuck.png"]))
