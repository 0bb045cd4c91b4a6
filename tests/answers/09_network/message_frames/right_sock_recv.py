# Style: sock_recv of the event loop, and an async generator

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


class BrokenOff(Exception):
    pass


async def bulletins(sock):
    loop = asyncio.get_running_loop()
    buffer = b""

    async def more():
        try:
            return await loop.sock_recv(sock, 100_000)
        except ConnectionError as error:
            raise BrokenOff from error

    while True:
        while b"\n" not in buffer:
            data = await more()
            if not data:
                if buffer:
                    raise BrokenOff
                return
            buffer += data
        header, buffer = buffer.split(b"\n", 1)
        name, size = header.decode().split()
        while len(buffer) < int(size):
            data = await more()
            if not data:
                raise BrokenOff
            buffer += data
        yield name, buffer[: int(size)]
        buffer = buffer[int(size) :]


async def receive(port):
    with socket.socket() as sock:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
        try:
            async for name, text in bulletins(sock):
                print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}")
        except BrokenOff:
            print("broken off")
        else:
            print("all received")


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
