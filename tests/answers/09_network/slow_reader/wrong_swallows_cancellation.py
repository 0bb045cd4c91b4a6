# Mistake: takes a cancellation for a viewer who leaves.
# Caught by: a cancelled watch ends at once, and its connection is closed

import asyncio
import socket

SIZE = 5_000_000
LAST = 5


def picture(number: int) -> bytes:
    """A picture (others are shown when this is graded)."""
    return number.to_bytes(4) + bytes(SIZE - 4)


class Webcam:
    def __init__(self) -> None:
        self.number, self.picture = 0, b""
        self.taken = asyncio.Condition()

    async def watch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = self.number
        try:
            while True:
                async with self.taken:
                    await self.taken.wait_for(lambda: self.number > seen)
                seen = self.number
                writer.write(self.picture)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def show(self, picture: bytes) -> None:
        async with self.taken:
            self.number, self.picture = self.number + 1, picture
            self.taken.notify_all()


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
