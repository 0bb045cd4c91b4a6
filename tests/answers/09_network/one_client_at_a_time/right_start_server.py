# Style: start_server, and a set of the tasks of its clients

import asyncio
import sys

PORT = 8765


async def book(seat: str) -> str:
    """Ask the ledger (slow; leave it as it is)."""
    await asyncio.sleep(0.5)
    return f"{seat} is yours"


async def serve(port: int) -> None:
    clients: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        clients.add(task)
        try:
            while line := await reader.readline():
                writer.write(f"{await book(line.decode().strip())}\n".encode())
                await writer.drain()
        except Exception as error:
            print("lost:", repr(error), file=sys.stderr)
        finally:
            clients.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", port)
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        for task in clients:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)


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
