# Style: a protocol of its own; the transport of the input does the waiting

import asyncio
import sys


class TypesettingError(Exception):
    """The tool could not set the chapter."""


# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import sys
for number, line in enumerate(sys.stdin, start=1):
    if len(line) > 72:
        sys.exit(f"line {number} is too wide")
    print(f"{number:6}  {line.strip()}")
"""
TOOL = [sys.executable, "-c", SCRIPT]


class Listener(asyncio.SubprocessProtocol):
    def __init__(self):
        self.received = {1: bytearray(), 2: bytearray()}
        self.ended = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd, data):
        self.received[fd] += data

    def connection_lost(self, exc):
        self.ended.set_result(None)


async def typeset(chapter):
    transport, listener = await asyncio.get_running_loop().subprocess_exec(Listener, *TOOL)
    source = transport.get_pipe_transport(0)
    source.write(chapter.encode())
    source.write_eof()
    await listener.ended
    if transport.get_returncode() != 0:
        raise TypesettingError(listener.received[2].decode().strip())
    return listener.received[1].decode()


async def result(chapter: str) -> str:
    try:
        async with asyncio.timeout(2):
            lines = len((await typeset(chapter)).splitlines())
    except TypesettingError as error:
        return f"failed: {error}"
    except TimeoutError:
        return "given up after 2 s"
    return f"{lines} line{'s' * (lines != 1)}"


async def main(chapters: dict[str, str]) -> None:
    results = await asyncio.gather(*map(result, chapters.values()))
    for title, text in zip(chapters, results, strict=True):
        print(f"{title}: {text}")


if __name__ == "__main__":
    novel = "It was a dark and stormy night, and the ink would not dry.\n" * 20_000
    asyncio.run(main({"preface": "To my cat.\n", "index": f"A\n{'z' * 90}\n", "novel": novel}))
