# Style: a blocking socket with a file around it, in a thread

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


def receive_all(sock):
    with sock, sock.makefile("rb") as stream:
        try:
            while header := stream.readline():
                name, size = header[:-1].decode().split()
                text = stream.read(int(size))
                if not header.endswith(b"\n") or len(text) < int(size):
                    return "broken off"
                print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}", flush=True)
        except (OSError, ValueError):
            return "broken off"
    return "all received"


async def receive(port):
    sock = await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port))
    try:
        print(await asyncio.to_thread(receive_all, sock))
    except asyncio.CancelledError:
        sock.shutdown(socket.SHUT_RDWR)  # which ends the thread
        raise


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
