# Style: a protocol, without streams

import asyncio
import sys


def show(target: str, line: str) -> None:
    print(f"{target}: {line}")


def warn(target: str, line: str) -> None:
    print(f"{target}! {line}")


# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import sys, time
for percent in (0, 50, 100):
    print(f"{percent:3} % built", flush=True)
    if percent == 50:
        print("two unused imports", file=sys.stderr, flush=True)
    time.sleep(0.4)
"""
TOOL = [sys.executable, "-c", SCRIPT]


class Viewer(asyncio.SubprocessProtocol):
    def __init__(self, target: str) -> None:
        self.target = target
        self.tell = {1: show, 2: warn}
        self.rest = {1: bytearray(), 2: bytearray()}
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        rest = self.rest[fd]
        rest += data
        while (end := rest.find(b"\n")) >= 0:
            self.tell[fd](self.target, rest[:end].decode(errors="replace"))
            del rest[: end + 1]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd in self.rest and self.rest[fd]:
            self.tell[fd](self.target, self.rest[fd].decode(errors="replace"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set_result(None)


async def build(target: str) -> int:
    loop = asyncio.get_running_loop()
    transport, viewer = await loop.subprocess_exec(lambda: Viewer(target), *TOOL, target)
    await viewer.ended
    status = transport.get_returncode()
    assert status is not None
    return status


async def main(targets: list[str]) -> None:
    statuses = await asyncio.gather(*map(build, targets))
    for target, status in zip(targets, statuses, strict=True):
        print(f"{target}: exit status {status}")


if __name__ == "__main__":
    asyncio.run(main(["app"]))
