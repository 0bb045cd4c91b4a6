# Mistake: closes only the visitor's connection properly; what still waits for a slow archive is dropped.
# Caught by: a slow viewer gets every byte, even after both sides have ended
"""The reading room

The archive of a film museum is not on the internet. Viewers connect to a proxy, which passes everything on in both
directions. The archive is fast, and some viewers are slow: then the proxy takes the whole film into its memory. Other
viewers complain that the film stops after a while, or never begins, or that nobody hangs up.

Once it is right, `python proxy.py` prints this within a second or two:

    viewer pauses
    viewer goes on
    archive has sent everything
    viewer has seen 20 MB

Leave alone: `CHUNK`, `IDLE`, `archive`, `watch` and `main`.

Required of the coroutine function `serve(port, archive_port)`, which listens on 127.0.0.1:
- each visitor gets a connection to the archive, and what one side sends is passed on at once
- a viewer who does not read slows the archive down: the proxy takes no more from the archive than a few CHUNKs; this
  also holds for the other direction
- a slow viewer gets every byte, also if both sides have ended their sending in the meantime
- when one side ends its sending, the other side is told so, and can go on sending
- when the connection of one side breaks, the one of the other side is closed at once
- if the archive cannot be reached, the visitor's connection is closed, and the next visitor is served
- when nothing has come from either side for IDLE seconds, both connections are closed; as long as one side sends, the
  other one may be silent
- when `serve` is cancelled, it listens no more, closes all connections and ends
"""

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
            # One deadline for both directions: each side that sends something moves it.
            deadline.reschedule(loop.time() + IDLE)
            writer.write(data)
            # Until the other side has read, nothing more is read from this side. Then the buffer of the reader fills up
            # (twice CHUNK), then those of the system, and at last the sender has to wait.
            await writer.drain()
        # Only this direction has ended.
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
            # Both have ended properly. What is still in a buffer gets there: close waits for that in the background.
            writer.close()
        except* (OSError, TimeoutError):
            pass  # broken, or idle for too long
        finally:
            # After close this cuts nothing short: is_closing tells.
            for each in writers:
                if not each.is_closing():
                    each.transport.abort()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The tasks are our own, so that serve can cancel them.
        visit = asyncio.create_task(self.visit(reader, writer))
        self.visits.add(visit)
        visit.add_done_callback(self.visits.discard)


async def serve(port: int, archive_port: int) -> None:
    proxy = Proxy(archive_port)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", port, limit=CHUNK)
    try:
        # When serve_forever is cancelled, it waits for all connections to end (since Python 3.12): for ever, perhaps.
        await asyncio.Event().wait()
    finally:
        server.close()
        visits = list(proxy.visits)
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)


async def archive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a film of 20 MB to each visitor who asks for one."""
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
