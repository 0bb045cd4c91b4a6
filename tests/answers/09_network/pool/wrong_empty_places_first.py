# Mistake: empty places and idle connections share a queue, so new connections are opened while old ones are idle.
# Caught by: there are never more than SIZE connections, nor more than are needed

import asyncio

SIZE = 2
SCREENS = {"LH 20": 0.2, "BA 31": 0.3, "AF 42": 2.0, "SK 53": 2.0}  # how long they wait for an answer
FLIGHTS = {"LH 20": ("gate 3", 1.2), "BA 31": ("gate 9", 1.2), "AF 42": ("gate 12", 0.5), "SK 53": ("gate 7", 0.6)}


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(port: int) -> Streams:
    return await asyncio.open_connection("127.0.0.1", port)


async def ask(connection: Streams, question: str) -> str:
    reader, writer = connection
    writer.write(f"{question}\n".encode())
    answer = await reader.readline()
    if not answer.endswith(b"\n"):
        raise ConnectionResetError("the server hung up")
    return answer.decode().strip()


def hang_up(connection: Streams) -> None:
    connection[1].close()


class Pool:
    def __init__(self, port: int) -> None:
        self.port = port
        self.places: asyncio.Queue[Streams | None] = asyncio.Queue()
        for _ in range(SIZE):
            self.places.put_nowait(None)

    async def query(self, question: str) -> str:
        connection = await self.places.get()
        try:
            connection = connection or await connect(self.port)
            answer = await ask(connection, question)
        except BaseException:
            if connection:
                hang_up(connection)
            self.places.put_nowait(None)
            raise
        self.places.put_nowait(connection)
        return answer

    def close(self) -> None:
        while not self.places.empty():
            if connection := self.places.get_nowait():
                hang_up(connection)


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
