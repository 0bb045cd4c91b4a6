"""Slow reader

A webcam on a mountain sends each of its pictures to everybody who is connected. When the owner of a tablet looks away,
the tablet reads nothing. The webcam keeps all pictures for it, and needs more and more memory. When the owner looks
again, the tablet shows one old picture after the other.

Once it is right, `python slow_reader.py` prints this (the seconds on the left are not printed):

    0.10   the tablet shows picture 1
    1.45   the tablet shows picture 2
    1.45   the tablet shows picture 5

Leave alone: `SIZE`, `LAST`, `picture`, `look` and `main`.

Required of `Webcam`, whose `watch` is called for each connection, and whose `show` is called for each new picture:
- a viewer who reads gets every picture at once, whole and in order, whatever other viewers do
- show returns at once
- while a viewer does not read, no more than three pictures are on their way to it, or wait for it
- a viewer who reads again gets those, and then the newest picture at once, without the ones in between
- when a viewer leaves or its connection breaks, watch returns, by the time that two more pictures have been shown
- when watch is cancelled, it ends at once, even if the viewer does not read, and its connection is closed
"""

import asyncio
import socket

SIZE = 5_000_000
LAST = 5


def picture(number: int) -> bytes:
    """A picture (others are shown when this is graded)."""
    return number.to_bytes(4) + bytes(SIZE - 4)


class Webcam:
    def __init__(self) -> None:
        self.viewers: set[asyncio.StreamWriter] = set()

    async def watch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.viewers.add(writer)
        await reader.read()  # until the viewer leaves
        self.viewers.remove(writer)
        writer.close()

    async def show(self, picture: bytes) -> None:
        for writer in self.viewers:
            writer.write(picture)


async def look(port: int) -> None:
    """The tablet, whose owner looks away after the first picture."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    number = 0
    while number < LAST:
        number = int.from_bytes((await reader.readexactly(SIZE))[:4])
        print(f"the tablet shows picture {number}")
        if number == 1:
            await asyncio.sleep(1.35)
    writer.close()


async def main() -> None:
    webcam = Webcam()
    server = await asyncio.start_server(webcam.watch, "127.0.0.1", 0)
    tablet = asyncio.create_task(look(server.sockets[0].getsockname()[1]))
    await asyncio.sleep(0.1)
    for number in range(1, LAST + 3):  # the last two are for nobody
        await webcam.show(picture(number))
        await asyncio.sleep(0.3)
    tablet.cancel()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
