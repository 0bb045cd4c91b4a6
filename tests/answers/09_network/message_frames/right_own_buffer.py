# Style: a buffer of its own, filled by read() and cut into bulletins

import asyncio
from zlib import crc32

BULLETINS = {"gale": b"storm from the west\n" * 4500, "fog": b"no wind, and nothing to be seen in any part\n"}


async def station(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The station, on a slow line (another one sends its bulletins when this is graded)."""
    for name, text in BULLETINS.items():
        await asyncio.sleep(0.2)
        writer.write(f"{name} {len(text)}\n".encode() + text[:1000])
        if len(text) > 1000:
            await asyncio.sleep(0.2)
            writer.write(text[1000:])
    writer.close()


class Frames:
    """Takes bytes in any pieces and gives whole bulletins."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        while True:
            header, newline, rest = self.buffer.partition(b"\n")
            if not newline:
                return
            name, size = header.decode().split()
            if len(rest) < int(size):
                return
            self.buffer = rest[int(size) :]
            yield name, bytes(rest[: int(size)])


async def receive(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    frames = Frames()
    try:
        while data := await reader.read(65536):
            for name, text in frames.feed(data):
                print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}")
    except OSError:
        print("broken off")
        return
    finally:
        writer.close()
    print("broken off" if frames.buffer else "all received")


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
