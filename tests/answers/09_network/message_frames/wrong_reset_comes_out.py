# Mistake: does not expect that a connection is reset.
# Caught by: "broken off" is printed when a connection is reset or ends too early

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


async def next_bulletin(reader: asyncio.StreamReader) -> tuple[str, bytes] | None:
    """The next bulletin, or None at the end; raises IncompleteReadError when the connection ends within one."""
    # A connection is a stream of bytes without borders: read(n) returns what has arrived, at most n bytes. These two
    # wait until everything is there. At the end of the stream, readline() would return half a header like a whole one.
    try:
        header = await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    name, size = header.decode().split()
    return name, await reader.readexactly(int(size))


async def receive(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while bulletin := await next_bulletin(reader):
            name, text = bulletin
            print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}")
        print("all received")
    except asyncio.IncompleteReadError:
        print("broken off")
    finally:
        writer.close()


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
