"""Pool.

The screens of an airport ask a server for gates. It allows SIZE connections, so the screens share a pool of them. When
a screen has waited long enough, its query is cancelled. After some hours no screen gets an answer any more.

When it is right, `python pool.py` takes 0.9 s and prints this:

    LH 20: gone
    BA 31: gone
    AF 42: gate 12
    SK 53: gate 7

Leave alone: `SIZE`, `SCREENS`, `FLIGHTS`, `flights` and `main`.

Required of `Pool(port)`:
- query(flight) asks over one connection, and returns the answer or raises the error of connecting or asking
- a connection whose answer has come is used again; a new one is opened only when no open one is idle
- there are never more than SIZE connections
- a query waits only while SIZE others are under way; waiting queries get their turn in the order in which they came
- a query that fails or is cancelled, at any moment, ends at once and frees its place for the next one at once
- its connection is closed at that moment: a late answer must reach nobody
- close() is called when no query is under way, and closes all connections
"""

import asyncio

SIZE = 2
SCREENS = {"LH 20": 0.2, "BA 31": 0.3, "AF 42": 2.0, "SK 53": 2.0}  # how long they wait for an answer
FLIGHTS = {"LH 20": ("gate 3", 1.2), "BA 31": ("gate 9", 1.2), "AF 42": ("gate 12", 0.5), "SK 53": ("gate 7", 0.6)}


class Pool:
    def __init__(self, port: int) -> None:
        self.port = port
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        # The places are counted apart from the connections. A place is free again however a query ends, and then a new
        # connection can be opened in it, even if the old one had to be thrown away.
        self.places = asyncio.Semaphore(SIZE)

    async def query(self, flight: str) -> str:
        async with self.places:
            streams = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
            reader, writer = streams
            try:
                writer.write(f"{flight}\n".encode())
                answer = await reader.readuntil(b"\n")
            except BaseException:
                # Also after a cancellation, which is no Exception: the answer is still to come over this connection,
                # and would be taken for the answer to the next question.
                writer.close()
                raise
            self.idle.append(streams)
            return answer.decode().strip()

    def close(self) -> None:
        while self.idle:
            self.idle.pop()[1].close()


async def flights(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The server (another one answers when this is graded)."""
    while flight := (await reader.readline()).decode().strip():
        gate, seconds = FLIGHTS[flight]
        await asyncio.sleep(seconds)
        writer.write(f"{gate}\n".encode())


async def main() -> None:
    server = await asyncio.start_server(flights, "127.0.0.1", 0)
    pool = Pool(server.sockets[0].getsockname()[1])
    queries = [asyncio.wait_for(pool.query(flight), patience) for flight, patience in SCREENS.items()]
    for flight, gate in zip(SCREENS, await asyncio.gather(*queries, return_exceptions=True), strict=True):
        print(f"{flight}: {'gone' if isinstance(gate, TimeoutError) else gate}")
    pool.close()
    server.close()
    await asyncio.sleep(0.4)  # the server has noticed by then


if __name__ == "__main__":
    asyncio.run(main())
