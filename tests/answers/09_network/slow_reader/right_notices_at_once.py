# Style: one task sends, another one reads until the viewer leaves; whichever ends first ends the other.

import asyncio
import socket

SIZE = 5_000_000
LAST = 5


def picture(number: int) -> bytes:
    """A picture (others are shown when this is graded)."""
    return number.to_bytes(4) + bytes(SIZE - 4)


class Webcam:
    def __init__(self) -> None:
        self.pictures: list[bytes] = []
        self.news: asyncio.Future[None] | None = None

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        seen = len(self.pictures)
        while True:
            while len(self.pictures) == seen:
                if self.news is None:
                    self.news = asyncio.get_running_loop().create_future()
                await asyncio.shield(self.news)
            seen = len(self.pictures)
            writer.write(self.pictures[-1])
            await writer.drain()

    async def watch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sending = asyncio.create_task(self._send(writer))
        leaving = asyncio.create_task(reader.read())
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            writer.close()
            await asyncio.gather(sending, leaving, return_exceptions=True)

    async def show(self, picture: bytes) -> None:
        self.pictures[:-1] = [b""] * len(self.pictures[:-1])
        self.pictures.append(picture)
        if self.news:
            self.news.set_result(None)
            self.news = None


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
