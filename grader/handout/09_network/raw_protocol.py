"""Raw protocol.

Buoys report the heights of waves to a harbour, each over a connection of its own: first its name, then a height on each
line. The harbour answers every height. In trials with one buoy all went well. Now that there are three, heights are
booked for the wrong buoy, a height of 10.5 m becomes two, and connections break off without a reason.

When it is right, `python raw_protocol.py` prints this (the seconds on the left are not printed):

    0.40   north: heights 3, highest 10.5
    0.60   south: heights 2, highest 0.7
    0.80   west: heights 1, connection lost

Leave alone: `PIECES`, `buoy` and `main`.

Required of `listen(port, reports)`, which returns the server:
- a line counts when its line feed has come, whether it comes in several pieces or with other lines in one piece
- what a buoy sends counts for this buoy only, however many are connected at the same time
- each height is answered at once: `ok 1` for a buoy's first, `ok 2` for its second and so on
- a line that is not a number is answered with `bad` and does not count; the connection stays open
- when a connection ends, reports gets a line as above: name, number of heights, and the highest of them (if there is
  one); if it ends with an error, or in the middle of a line, `connection lost` takes the place of the highest
- a connection that ends before the name is complete is not reported
"""

import asyncio

PIECES = [["north\n9.5\n10.", "5\n1.0\n"], ["south\n0.", "7\n0.4\n"], ["west\n3.1\n2.", "2"]]


class Harbour(asyncio.Protocol):
    def __init__(self, reports: asyncio.Queue[str]) -> None:
        self.reports = reports
        self.name = ""
        self.heights: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for line in data.decode().splitlines():
            if not self.name:
                self.name = line
            else:
                self.heights.append(float(line))
                self.transport.write(f"ok {len(self.heights)}\n".encode())

    def connection_lost(self, error: Exception | None) -> None:
        self.reports.put_nowait(f"{self.name}: heights {len(self.heights)}, highest {max(self.heights)}")


async def listen(port: int, reports: asyncio.Queue[str]) -> asyncio.Server:
    harbour = Harbour(reports)
    return await asyncio.get_running_loop().create_server(lambda: harbour, "127.0.0.1", port)


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
