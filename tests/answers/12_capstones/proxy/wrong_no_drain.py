# Mistake: mends everything but the back-pressure.
# Caught by: a side that does not read slows the sender down, in both directions
# Shows: no-back-pressure

import asyncio
import socket

CHUNK = 2**16
IDLE = 2.0


class Proxy:
    def __init__(self, archive_port: int) -> None:
        self.archive_port = archive_port
        self.visits: set[asyncio.Task[None]] = set()

    async def pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deadline: asyncio.Timeout
    ) -> None:
        """Pass on what one side sends, until it ends."""
        loop = asyncio.get_running_loop()
        while data := await reader.read(CHUNK):
            deadline.reschedule(loop.time() + IDLE)
            writer.write(data)
        writer.write_eof()

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One visitor, from the connection to the archive to the end."""
        writers = [writer]
        try:
            from_archive, to_archive = await asyncio.open_connection("127.0.0.1", self.archive_port, limit=CHUNK)
            writers.append(to_archive)
            async with asyncio.timeout(IDLE) as deadline, asyncio.TaskGroup() as group:
                group.create_task(self.pass_on(reader, to_archive, deadline))
                group.create_task(self.pass_on(from_archive, writer, deadline))
            for each in writers:
                each.close()
        except* (OSError, TimeoutError):
            pass  # broken, or idle for too long
        finally:
            for each in writers:
                if not each.is_closing():
                    each.transport.abort()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(self.visit(reader, writer))
        self.visits.add(visit)
        visit.add_done_callback(self.visits.discard)


async def serve(port: int, archive_port: int) -> None:
    proxy = Proxy(archive_port)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", port, limit=CHUNK)
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        visits = list(proxy.visits)
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)


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
