# Mistake: when the place of a viewer is taken, the newer picture is dropped instead of the older one.
# Caught by: a viewer who reads again gets the newest picture at once

import asyncio
import socket

SIZE = 5_000_000
LAST = 5


def picture(number: int) -> bytes:
    """A picture (others are shown when this is graded)."""
    return number.to_bytes(4) + bytes(SIZE - 4)


class Webcam:
    def __init__(self) -> None:
        self.queues: set[asyncio.Queue[bytes]] = set()

    async def watch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue(1)
        self.queues.add(queue)
        try:
            while True:
                writer.write(await queue.get())
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self.queues.remove(queue)
            writer.close()

    async def show(self, picture: bytes) -> None:
        for queue in self.queues:
            try:
                queue.put_nowait(picture)
            except asyncio.QueueFull:
                pass


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
