# Mistake: reads from a blocking socket, with a file around it.
# Caught by: two stations are heard at the same time

import asyncio
import socket
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


async def receive(port):
    with socket.create_connection(("127.0.0.1", port)) as sock, sock.makefile("rb") as stream:
        try:
            while header := stream.readline():
                name, size = header[:-1].decode().split()
                text = stream.read(int(size))
                if not header.endswith(b"\n") or len(text) < int(size):
                    print("broken off")
                    return
                print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}", flush=True)
            print("all received")
        except OSError:
            print("broken off")


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
