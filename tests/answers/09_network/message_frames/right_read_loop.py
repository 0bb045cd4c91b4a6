# Style: read() in a loop, for the bytes that are still missing

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


async def read_all(reader, size):
    pieces = []
    while size:
        piece = await reader.read(size)
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


async def receive(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            header = await reader.readline()
            if not header:
                break
            if not header.endswith(b"\n"):
                raise EOFError
            name, size = header.decode().split()
            text = await read_all(reader, int(size))
            print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}")
        print("all received")
    except (EOFError, ConnectionResetError):
        print("broken off")
    finally:
        writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
