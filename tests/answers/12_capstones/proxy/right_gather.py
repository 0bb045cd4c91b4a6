# Style: gather and an own watchdog that looks when the last byte is IDLE seconds old.

import asyncio
import socket
import time

CHUNK = 2**16
IDLE = 2.0


class Visit:
    def __init__(self) -> None:
        self.last = time.monotonic()

    async def one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            data = await reader.read(CHUNK)
            self.last = time.monotonic()
            if not data:
                break
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    async def watchdog(self) -> None:
        while (left := self.last + IDLE - time.monotonic()) > 0:
            await asyncio.sleep(left)

    async def run(self, visitor: tuple, inside: tuple) -> None:
        ways = asyncio.gather(self.one_way(visitor[0], inside[1]), self.one_way(inside[0], visitor[1]))
        watchdog = asyncio.ensure_future(self.watchdog())
        try:
            await asyncio.wait([ways, watchdog], return_when=asyncio.FIRST_COMPLETED)
            if ways.done() and not ways.cancelled() and ways.exception() is None:
                visitor[1].close()
                inside[1].close()
        finally:
            ways.cancel()
            watchdog.cancel()
            await asyncio.gather(ways, watchdog, return_exceptions=True)
            for writer in (visitor[1], inside[1]):
                if not writer.is_closing():
                    writer.transport.abort()


async def serve(port: int, archive_port: int) -> None:
    tasks = set()

    async def handle(reader, writer):
        try:
            inside = await asyncio.open_connection("127.0.0.1", archive_port, limit=CHUNK)
        except OSError:
            writer.close()
            return
        await Visit().run((reader, writer), inside)

    def begin(reader, writer):
        task = asyncio.ensure_future(handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(lambda _: writer.close())

    server = await asyncio.start_server(begin, "127.0.0.1", port, limit=CHUNK)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def archive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a film of 20 MB to whoever asks for one."""
    if not (await reader.readline()).startswith(b"film"):
        return
    for _ in range(20):
        writer.write(bytes(1_000_000))
        await writer.drain()
    writer.close()
    await writer.wait_closed()
    print("archive has sent everything")


async def watch(port: int) -> None:
    """Watch a film, with a pause near the beginning."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)
    writer.write(b"film 7\n")
    seen = len(await reader.readexactly(1_000_000))
    print("viewer pauses")
    await asyncio.sleep(0.5)
    print("viewer goes on")
    while data := await reader.read(1_000_000):
        seen += len(data)
    print(f"viewer has seen {seen / 1e6:.0f} MB")
    writer.close()


async def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    films = await asyncio.start_server(archive, "127.0.0.1", 0)
    service = asyncio.create_task(serve(port, films.sockets[0].getsockname()[1]))
    await watch(port)
    await asyncio.sleep(0.1)
    service.cancel()
    films.close()


if __name__ == "__main__":
    asyncio.run(main())
