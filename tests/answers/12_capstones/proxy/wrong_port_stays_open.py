# Mistake: the listening socket stays open when serve is cancelled.
# Caught by: when serve is cancelled, it closes all connections and ends

import asyncio
import socket

CHUNK = 2**16
IDLE = 2.0
OPEN = []


class Link:
    def __init__(self, one: socket.socket, other: socket.socket) -> None:
        self.sockets = (one, other)

    async def carry(self, source: socket.socket, target: socket.socket, alive: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(source, CHUNK):
            alive.reschedule(loop.time() + IDLE)
            await loop.sock_sendall(target, data)
        target.shutdown(socket.SHUT_WR)

    async def run(self) -> None:
        one, other = self.sockets
        try:
            async with asyncio.timeout(IDLE) as alive:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self.carry(one, other, alive))
                    group.create_task(self.carry(other, one, alive))
        except* (OSError, TimeoutError):
            pass


async def handle(visitor: socket.socket, archive_port: int) -> None:
    with visitor, socket.socket() as inside:
        inside.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(inside, ("127.0.0.1", archive_port))
        except OSError:
            return
        await Link(visitor, inside).run()


async def serve(port: int, archive_port: int) -> None:
    loop = asyncio.get_running_loop()
    server = socket.create_server(("127.0.0.1", port))
    server.setblocking(False)
    OPEN.append(server)
    async with asyncio.TaskGroup() as group:
        while True:
            visitor, _ = await loop.sock_accept(server)
            group.create_task(handle(visitor, archive_port))


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
