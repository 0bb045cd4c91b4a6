# Style: a protocol that queues the lines of its client

import asyncio
import sys

PORT = 8765


async def book(seat: str) -> str:
    """Ask the ledger (slow; leave it as it is)."""
    await asyncio.sleep(0.5)
    return f"{seat} is yours"


class Client(asyncio.Protocol):
    def __init__(self, all_clients):
        self.buffer = b""
        self.lines = asyncio.Queue()
        self.all_clients = all_clients
        self.ended = False

    def connection_made(self, transport):
        self.transport = transport
        self.task = asyncio.ensure_future(self.answer())
        self.all_clients.add(self)

    def data_received(self, data):
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            self.lines.put_nowait(line)

    def eof_received(self):
        self.lines.put_nowait(None)
        return True

    def connection_lost(self, exc):
        self.task.cancel()
        self.all_clients.discard(self)

    async def answer(self):
        try:
            while (line := await self.lines.get()) is not None:
                answer = await book(line.decode().strip())
                self.transport.write(answer.encode() + b"\n")
        except Exception as error:
            print("lost:", error, file=sys.stderr)
        finally:
            self.transport.close()


async def serve(port):
    clients = set()
    server = await asyncio.get_running_loop().create_server(lambda: Client(clients), "127.0.0.1", port)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        server.close()
        tasks = [client.task for client in clients]
        for client in list(clients):
            client.task.cancel()
            client.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)


async def visit(name: str, seat: str, chooses: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    await asyncio.sleep(chooses)
    writer.write(f"{seat}\n".encode())
    print(f"{name}: {(await reader.readline()).decode().strip()}")
    writer.close()


async def main() -> None:
    server = asyncio.create_task(serve(PORT))
    await asyncio.sleep(0.1)
    await asyncio.gather(visit("Ann", "row 3", 1.0), visit("Bo", "box 7", 0.0))
    server.cancel()
    await asyncio.wait([server])


if __name__ == "__main__":
    asyncio.run(main())
