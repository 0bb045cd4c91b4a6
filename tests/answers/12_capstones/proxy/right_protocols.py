# Style: two Protocols that pause each other's transport; a timer that is put off; no type hints.

import asyncio
import socket

CHUNK = 2**16
IDLE = 2.0


class Side(asyncio.Protocol):
    def __init__(self, pair):
        self.pair, self.other, self.transport, self.waiting, self.ended = pair, None, None, [], False

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=CHUNK)
        self.pair.open(self)

    def data_received(self, data):
        self.pair.put_off()
        if self.other.transport is None:
            self.waiting.append(data)
        else:
            self.other.transport.write(data)

    def eof_received(self):
        self.ended = True
        self.pair.put_off()
        if self.other.transport is not None:
            self.pass_end()
        return True

    def pass_end(self):
        if self.other.transport.is_closing():
            return
        self.other.transport.write_eof()
        if self.other.ended:
            self.pair.close()

    def pause_writing(self):
        self.other.transport.pause_reading()

    def resume_writing(self):
        if not self.other.transport.is_closing() and not self.other.ended:
            self.other.transport.resume_reading()

    def connection_lost(self, error):
        self.pair.lost(self)


class Pair:
    def __init__(self, pairs, archive_port):
        self.visitor, self.inside = Side(self), Side(self)
        self.visitor.other, self.inside.other = self.inside, self.visitor
        self.pairs, self.archive_port = pairs, archive_port
        self.timer, self.connecting, self.closing = None, None, False
        pairs.add(self)

    def open(self, side):
        if side is self.visitor:
            side.transport.pause_reading()
            self.connecting = asyncio.ensure_future(self.connect())
        else:
            self.put_off()
            self.visitor.transport.resume_reading()

    async def connect(self):
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self.inside, "127.0.0.1", self.archive_port)
        except OSError:
            self.abort()

    def put_off(self):
        if self.timer is not None:
            self.timer.cancel()
        self.timer = asyncio.get_running_loop().call_later(IDLE, self.abort)

    def close(self):
        self.closing = True
        self.timer.cancel()
        for side in (self.visitor, self.inside):
            side.transport.close()

    def lost(self, side):
        if not self.closing:
            self.abort()
        self.pairs.discard(self)

    def abort(self):
        self.closing = True
        if self.timer is not None:
            self.timer.cancel()
        if self.connecting is not None:
            self.connecting.cancel()
        for side in (self.visitor, self.inside):
            if side.transport is not None:
                side.transport.abort()


async def serve(port, archive_port):
    pairs = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Pair(pairs, archive_port).visitor, "127.0.0.1", port)
    try:
        await loop.create_future()
    finally:
        server.close()
        for pair in list(pairs):
            pair.abort()


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
