# Style: the state of each connection is an object of its own, which knows no transport.

import asyncio
import io
from collections.abc import Iterator

PIECES = [["north\n9.5\n10.", "5\n1.0\n"], ["south\n0.", "7\n0.4\n"], ["west\n3.1\n2.", "2"]]


class Connection:
    """A generator of answers, fed with pieces."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()
        self.name: str | None = None
        self.count = 0
        self.highest = float("-inf")

    def feed(self, data: bytes) -> Iterator[bytes]:
        whole = self.buffer.getvalue() + data
        self.buffer = io.BytesIO()
        for line in whole.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                self.buffer.write(line)
            elif self.name is None:
                self.name = line.rstrip(b"\n").decode()
            else:
                yield self.answer(line.rstrip(b"\n").decode())

    def answer(self, line: str) -> bytes:
        try:
            height = float(line)
        except ValueError:
            return b"bad\n"
        self.count += 1
        self.highest = max(self.highest, height)
        return f"ok {self.count}\n".encode()

    def report(self, lost: bool) -> str:
        end = ", connection lost" if lost else f", highest {self.highest}" if self.count else ""
        return f"{self.name}: heights {self.count}{end}"


class Link(asyncio.Protocol):
    connections: dict["Link", Connection] = {}

    def __init__(self, reports: asyncio.Queue[str]) -> None:
        self.reports = reports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        Link.connections[self] = Connection()

    def data_received(self, data: bytes) -> None:
        self.transport.writelines(list(Link.connections[self].feed(data)))

    def eof_received(self) -> bool:
        self.transport.close()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        connection = Link.connections.pop(self)
        if connection.name is not None:
            self.reports.put_nowait(connection.report(bool(error) or connection.buffer.getvalue() != b""))


async def listen(port: int, reports: asyncio.Queue[str]) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(lambda: Link(reports), "127.0.0.1", port)


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
