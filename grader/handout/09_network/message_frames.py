"""Message frames

A harbour office receives weather bulletins over a TCP connection. For each bulletin the station sends a line with its
name and its number of bytes, such as `gale 90000`, and then the bytes themselves. On the developer's desk, where all
bulletins were short, the program worked. In the harbour it prints wrong sizes, and names that do not exist.

When it is right, `python message_frames.py` prints this (the seconds on the left are not printed):

    0.40   gale: 90000 bytes, checksum 9e9584db
    0.60   fog: 44 bytes, checksum fc8cc2bc
    0.60   all received

Leave alone: `BULLETINS`, `station` and `main`.

Required of the coroutine function `receive(port)`:
- it connects to the station at that port of 127.0.0.1, and prints a line like those above for each bulletin, in order
- the bytes may arrive in any pieces: one at a time, or several bulletins at once
- it prints each line as soon as the last byte of the bulletin has arrived
- when the station closes the connection after a whole bulletin, it prints "all received" and returns
- when the connection ends anywhere else, or is reset, it prints "broken off" and returns; an incomplete bulletin gets
  no line
- two calls of receive may run at the same time, each with its own connection
- a cancellation, or an error such as a refused connection, comes out of it; its connection is closed when it ends
"""

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
    message = await reader.read(100_000)
    if not message:
        return None
    header, _, text = message.partition(b"\n")
    name = header.decode(errors="replace").partition(" ")[0]
    return name, text


async def receive(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while bulletin := await next_bulletin(reader):
            name, text = bulletin
            print(f"{name}: {len(text)} bytes, checksum {crc32(text):08x}")
        print("all received")
    finally:
        writer.close()


async def main() -> None:
    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        await receive(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
