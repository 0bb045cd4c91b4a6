# Mistake: takes a pause of 0.5 s for the end of a bulletin.
# Caught by: each line is printed as soon as the last byte of the bulletin has arrived

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


async def receive(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    data = b""
    ended = False
    while not ended:
        try:
            piece = await asyncio.wait_for(reader.read(65536), 0.5)
            data += piece
            ended = not piece
        except TimeoutError:
            pass
        except ConnectionError:
            print("broken off")
            return
        else:
            if not ended:
                continue
        while b"\n" in data:
            header, rest = data.split(b"\n", 1)
            name, size = header.decode().split()
            if len(rest) < int(size):
                break
            text, data = rest[: int(size)], rest[int(size) :]
            print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}")
    print("broken off" if data else "all received")
    writer.close()


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
