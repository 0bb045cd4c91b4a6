# Mistake: a line that is no number raises in data_received, and asyncio closes the connection.
# Caught by: a line that is not a number gets bad, and the connection stays open

import asyncio

PIECES = [["north\n9.5\n10.", "5\n1.0\n"], ["south\n0.", "7\n0.4\n"], ["west\n3.1\n2.", "2"]]


class Harbour(asyncio.Protocol):
    """One connection: what has come over it so far."""

    def __init__(self, reports: asyncio.Queue[str]) -> None:
        self.reports = reports
        self.rest = b""
        self.name = ""
        self.heights: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self.line_received(line.decode())

    def line_received(self, line: str) -> None:
        if not self.name:
            self.name = line
            return
        self.heights.append(float(line))
        self.transport.write(f"ok {len(self.heights)}\n".encode())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.name:
            return
        report = f"{self.name}: heights {len(self.heights)}"
        if error or self.rest:
            report += ", connection lost"
        elif self.heights:
            report += f", highest {max(self.heights)}"
        self.reports.put_nowait(report)


async def listen(port: int, reports: asyncio.Queue[str]) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(lambda: Harbour(reports), "127.0.0.1", port)


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
