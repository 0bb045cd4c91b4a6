# Mistake: accepts and serves in three tasks, which three slow clients keep busy.
# Caught by: clients that come at the same time are served at the same time

import asyncio
import socket
import sys

PORT = 8765


async def book(seat: str) -> str:
    """Ask the ledger (slow; leave it as it is)."""
    await asyncio.sleep(0.5)
    return f"{seat} is yours"


async def handle(connection: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        async for line in reader:
            answer = await book(line.decode().strip())
            writer.write(f"{answer}\n".encode())
            await writer.drain()
    except Exception as error:
        # In a task group, what comes out of one task ends all the others. A client's trouble is its own.
        print(f"a client was lost: {error!r}", file=sys.stderr)
    finally:
        writer.close()


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()

    async def accept() -> None:
        while True:
            connection, _ = await loop.sock_accept(listener)
            await handle(connection)

    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(accept())


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
